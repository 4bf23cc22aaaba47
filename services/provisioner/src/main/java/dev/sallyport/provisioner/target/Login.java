package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.Secret;
import java.util.function.Supplier;

/**
 * Who logs in to a database server.
 *
 * @param source asked for the password at each connection: it may rotate, or live for minutes only. What it throws is a
 *     {@link TargetException}.
 */
public record Login(String user, Supplier<Secret> source) {

    /** With a password that stays. */
    public Login(String user, Secret password) {
        this(user, new Kept(password));
    }

    /** As it is now. */
    public Secret password() {
        return source.get();
    }

    private record Kept(Secret password) implements Supplier<Secret> {
        @Override
        public Secret get() {
            return password;
        }
    }
}
