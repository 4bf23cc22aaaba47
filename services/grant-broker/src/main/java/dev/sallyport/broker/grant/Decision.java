package dev.sallyport.broker.grant;

import java.util.List;

/** What follows from a command. */
public sealed interface Decision {

    /** The grant goes on as {@code next}, and the effects are done in their order. */
    record Go(Life next, List<Effect> effects) implements Decision {
        static Go on(Life next, Effect... effects) {
            return new Go(next, List.of(effects));
        }
    }

    /** Nothing changes: a repetition, or a command that came too late or too early. */
    record Stay(String reason) implements Decision {}

    /** What has to be done. */
    enum Effect {
        /** Have the transport set up. */
        SET_UP,
        /** Keep the new verifiers. */
        KEEP_VERIFIERS,
        /** Tell the db-proxies what the grant may reach. */
        ANNOUNCE,
        /** Tell the db-proxies that it is over. */
        WITHDRAW,
        /** Have the transport taken down. */
        TAKE_DOWN,
        /** Leave the transport as it is: whoever looks for what belongs to no grant takes it down. */
        LEAVE_BEHIND,
        /** Remember the extension. */
        COUNT_EXTENSION,
        /** Tell everybody that it is open. */
        TELL_ACTIVATED,
        /** Tell everybody that it could not be opened. */
        TELL_FAILED,
        /** Tell everybody that it lasts longer. */
        TELL_EXTENDED,
        /** Tell everybody that it has ended. */
        TELL_CLOSED
    }
}
