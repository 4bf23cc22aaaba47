package dev.sallyport.cli.rds;

import dev.sallyport.cli.Notice;
import dev.sallyport.cli.ssm.PluginCarrier;
import dev.sallyport.cli.ssm.SsmCarrier;
import dev.sallyport.cli.ssm.SsmListener;
import dev.sallyport.cli.ssm.SsmSettings;
import dev.sallyport.cli.ssm.SsmTicket;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.signin.AwsSignIn;
import dev.sallyport.cli.tunnel.Carrier;
import dev.sallyport.cli.tunnel.Carriers;
import dev.sallyport.cli.tunnel.Ticket;
import dev.sallyport.cli.tunnel.TunnelException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What carries the tunnel: as its ticket says, or as the options want it. */
final class ChosenCarriers implements Carriers {

    private static final String PLUGIN = "session-manager-plugin";

    private enum Transport {
        DIRECT,
        SSM
    }

    @Option(
            names = "--transport",
            paramLabel = "WAY",
            description = "direct (TLS to the proxy) or ssm (AWS Session Manager) (default: as the grant says)")
    private @Nullable Transport transport;

    @Option(
            names = "--plugin",
            description = "with ssm: have AWS's session-manager-plugin speak to AWS instead of this program")
    private boolean plugin;

    @Option(
            names = "--aws-profile",
            paramLabel = "NAME",
            description = "with ssm: sign in to AWS with this profile (default: by IAM Identity Center)")
    private @Nullable String profile;

    private Optional<URI> endpoint = Optional.empty();

    /** @param standIn the address at which all of AWS is on the local stack */
    void aws(Optional<URI> standIn) {
        this.endpoint = standIn;
    }

    @Override
    public Carrier open(Ticket ticket) {
        String way = transport == null ? ticket.transport() : transport.name().toLowerCase(Locale.ROOT);
        return switch (way) {
            case "direct" -> Carriers.DIRECT.open(ticket);
            case "ssm" -> overSsm(ticket);
            default ->
                throw new TunnelException(
                        "unknown_transport",
                        "the grant is reached by '" + way + "', which this sally does not know",
                        false);
        };
    }

    private Carrier overSsm(Ticket ticket) {
        if (!ticket.ssm().isObject()) {
            throw new TunnelException(
                    "not_by_ssm",
                    "the database is not reached through AWS Session Manager: leave --transport out",
                    false);
        }
        try {
            SsmTicket way = SsmTicket.of(ticket.ssm());
            AwsSignIn signIn = profile == null ? AwsSignIn.asTheTicketSays() : AwsSignIn.profile(profile);
            SsmSettings settings = SsmSettings.at(endpoint);
            if (plugin) {
                PluginCarrier carrier = PluginCarrier.open(PLUGIN, way, signIn, settings, new Told());
                return new Forwarded(carrier.address(), carrier::close);
            }
            SsmCarrier carrier = SsmCarrier.open(way, signIn, settings, new Told());
            return new Forwarded(carrier.address(), carrier::close);
        } catch (SsmFailure failure) {
            throw new TunnelException("ssm", String.valueOf(failure.getMessage()), failure.isPassing());
        }
    }

    /** A port of this machine that Session Manager forwards. */
    private record Forwarded(InetSocketAddress address, Runnable end) implements Carrier {

        @Override
        public boolean tls() {
            return false;
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /** What a person has to do, or wait for. */
    private static final class Told implements SsmListener {

        @Override
        public void signInAt(URI page, String code, Instant until) {
            Notice.info("Sign in to AWS: open " + page);
            Notice.info("and compare the code: " + code);
        }

        @Override
        public void waiting(String forWhat) {
            Notice.info("AWS: " + forWhat);
        }
    }
}
