package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.signin.AwsSignIn;
import dev.sallyport.cli.tunnel.Carrier;
import dev.sallyport.cli.tunnel.Carriers;
import dev.sallyport.cli.tunnel.Ticket;
import dev.sallyport.cli.tunnel.TunnelException;
import java.util.Optional;

/**
 * Carriers for tickets of either transport: over Session Manager when the ticket says so, else directly.
 *
 * @param plugin the program that keeps the way open instead of us: {@code session-manager-plugin}
 */
public record SsmCarriers(AwsSignIn signIn, SsmSettings settings, SsmListener listener, Optional<String> plugin)
        implements Carriers {

    private static final String SSM = "ssm";

    /** @throws TunnelException {@code ssm}, with a message for people */
    @Override
    public Carrier open(Ticket ticket) {
        if (!ticket.transport().equals(SSM)) {
            return Carriers.DIRECT.open(ticket);
        }
        try {
            SsmTicket way = SsmTicket.of(ticket.ssm());
            return plugin.isPresent()
                    ? PluginCarrier.open(plugin.get(), way, signIn, settings, listener)
                    : SsmCarrier.open(way, signIn, settings, listener);
        } catch (SsmFailure e) {
            throw new TunnelException(SSM, String.valueOf(e.getMessage()), e.isPassing());
        }
    }
}
