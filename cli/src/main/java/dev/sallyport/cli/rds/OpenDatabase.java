package dev.sallyport.cli.rds;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import dev.sallyport.cli.Spinner;
import dev.sallyport.cli.access.Entitlement;
import dev.sallyport.cli.tunnel.Carriers;
import dev.sallyport.cli.tunnel.Ticket;
import dev.sallyport.cli.tunnel.Tickets;
import dev.sallyport.cli.tunnel.Tunnel;
import dev.sallyport.cli.tunnel.TunnelEnd;
import dev.sallyport.cli.tunnel.TunnelException;
import dev.sallyport.cli.tunnel.TunnelListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One database that can be connected to on this machine, until its grant ends or it is closed. */
final class OpenDatabase implements AutoCloseable {

    private final Entitlement entitlement;
    private final String grantId;
    private final Tunnel tunnel;
    private final Ticket ticket;

    private OpenDatabase(Entitlement entitlement, String grantId, Tunnel tunnel, Ticket ticket) {
        this.entitlement = entitlement;
        this.grantId = grantId;
        this.tunnel = tunnel;
        this.ticket = ticket;
    }

    /**
     * Binds the port, opens the tunnel, and only then returns.
     *
     * @throws CommandFailure with the exit code of what went wrong
     */
    static OpenDatabase open(Entitlement entitlement, String grantId, Tickets tickets, Carriers carriers, int port) {
        Telling telling = new Telling(entitlement);
        try (Spinner spinner = Spinner.saying("Opening the tunnel to " + entitlement.name())) {
            telling.spinner.set(spinner);
            Tunnel tunnel = Tunnel.open(tickets, carriers, port, telling);
            Ticket ticket = telling.ticket.get();
            if (ticket == null) {
                tunnel.close();
                throw new CommandFailure(ExitCode.TUNNEL_FAILED, "the tunnel opened without a ticket; update sally");
            }
            return new OpenDatabase(entitlement, grantId, tunnel, ticket);
        } catch (TunnelException e) {
            throw new CommandFailure(exitCode(e.code()), message(e, port));
        } finally {
            telling.spinner.set(null);
        }
    }

    Entitlement entitlement() {
        return entitlement;
    }

    String grantId() {
        return grantId;
    }

    Ticket ticket() {
        return ticket;
    }

    ClientLines lines() {
        return new ClientLines(ticket.engine(), tunnel.port(), ticket.databaseUser(), ticket.database());
    }

    CompletableFuture<TunnelEnd> end() {
        return tunnel.end();
    }

    @Override
    public void close() {
        tunnel.close();
    }

    private static String message(TunnelException e, int port) {
        if (e.code().equals("port_taken")) {
            return "the local port " + port + " is taken"
                    + PortHolder.of(port).map(who -> " by " + who).orElse("")
                    + ": end that, or choose another with --port";
        }
        return String.valueOf(e.getMessage());
    }

    static ExitCode exitCode(String code) {
        return switch (code) {
            case "port_taken" -> ExitCode.PORT_TAKEN;
            case "grant_not_active" -> ExitCode.GRANT_ENDED;
            case "api_unreachable" -> ExitCode.NOT_RUNNING;
            case "interrupted" -> ExitCode.INTERRUPTED;
            default -> ExitCode.TUNNEL_FAILED;
        };
    }

    /** Says what becomes of the tunnel: in the spinner while it is opened, in lines of their own afterwards. */
    private static final class Telling implements TunnelListener {

        private final Entitlement entitlement;
        private final AtomicReference<@Nullable Ticket> ticket = new AtomicReference<>();
        private final AtomicReference<@Nullable Spinner> spinner = new AtomicReference<>();

        private Telling(Entitlement entitlement) {
            this.entitlement = entitlement;
        }

        @Override
        public void connected(Ticket newest) {
            if (ticket.getAndSet(newest) != null) {
                Notice.done("Connected to " + entitlement.name() + " again.");
            }
        }

        @Override
        public void reconnecting(String why, Duration pause) {
            Spinner turning = spinner.get();
            if (turning != null) {
                turning.say("Opening the tunnel to " + entitlement.name() + ": " + why);
            } else {
                Notice.attention("The connection to " + entitlement.name() + " was lost (" + why + "); trying again.");
            }
        }
    }
}
