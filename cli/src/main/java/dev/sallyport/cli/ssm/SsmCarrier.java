package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.DataChannel;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.signin.AwsSignIn;
import dev.sallyport.cli.tunnel.Carrier;
import java.net.InetSocketAddress;

/**
 * A port on this machine that leads to the tunnel's port of a db-proxy's task, through Session Manager, without anything of AWS
 * installed. It takes one connection; when that has ended, so has the carrier, and another is opened for the next.
 */
public final class SsmCarrier implements Carrier {

    private final SsmSessions sessions;
    private final ForwardedPort port;

    private SsmCarrier(SsmSessions sessions, ForwardedPort port) {
        this.sessions = sessions;
        this.port = port;
    }

    /**
     * Signs in to AWS, starts a session, and opens the port. Every step of it has a deadline; that of a person who has to sign in is AWS's.
     *
     * @throws SsmFailure when a step fails
     */
    public static SsmCarrier open(SsmTicket ticket, AwsSignIn signIn, SsmSettings settings, SsmListener listener) {
        SsmSessions sessions =
                new SsmSessions(ticket, signIn.credentials(ticket, settings, listener), settings, listener);
        ForwardedPort port = ForwardedPort.listen(settings.accept(), ticket.port(), listener);
        try {
            port.over(DataChannel.open(sessions.session(sessions.start()), settings.timing(), port));
            return new SsmCarrier(sessions, port);
        } catch (RuntimeException e) {
            port.close();
            sessions.close();
            throw e;
        }
    }

    /** Where the one connection goes to; on the loopback interface. */
    @Override
    public InetSocketAddress address() {
        return port.address();
    }

    /** What passes is encrypted by Session Manager; the connection itself is plain. */
    @Override
    public boolean tls() {
        return false;
    }

    /** Ends the connection and the session; waits some seconds for AWS at most. Repeating it does nothing. */
    @Override
    public void close() {
        port.close();
        sessions.close();
    }
}
