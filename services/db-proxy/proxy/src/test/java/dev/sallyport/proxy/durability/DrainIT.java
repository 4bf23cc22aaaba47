package dev.sallyport.proxy.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.TunnelId;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.proxy.tunnel.SignedTokens;
import dev.sallyport.proxy.tunnel.TunnelClient;
import dev.sallyport.sandbox.process.FreePort;
import dev.sallyport.tunnel.handshake.ServerPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged proxy is told to stop (SIGTERM) while somebody works at its door and somebody in a tunnel. */
class DrainIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String READY = "Z\0\0\0\5I";

    @TempDir
    private Path folder;

    @Test
    void workInFlightEndsThenEverybodyIsToldAndItIsAllOnRecord() throws Exception {
        SignedTokens api = new SignedTokens();
        int tunnelPort = FreePort.any();
        try (Surroundings around = new Surroundings(folder.resolve("around"))) {
            Map<String, String> settings = new HashMap<>(around.settings());
            settings.put("sallyport.proxy.id", SignedTokens.PROXY);
            settings.put(
                    "sallyport.proxy.tunnel.token-key-file",
                    api.publicKey(folder).toString());
            settings.put("sallyport.proxy.tunnel.port", "0");
            settings.put("sallyport.proxy.tunnel.plain-port", Integer.toString(tunnelPort));
            GrantState grant = around.grant(AuditMode.BOUNDED);
            try (PackagedProxy proxy = new PackagedProxy(
                                    settings, folder.resolve("journal"), folder.resolve("proxy.log"), Map.of())
                            .awaitReady();
                    Connection idle = proxy.connect(around.login(grant));
                    TunnelClient tunnel = new TunnelClient(tunnelPort)) {
                tunnel.hello();
                assertThat(tunnel.introduce(
                                api.sign(grant, TunnelId.next(InstantSource.system()), Instant.now()),
                                grant.grantId().value()))
                        .isEqualTo(new ServerPacket.Accepted());
                TunnelClient.Stream busy = tunnel.stream();
                busy.yamux().send(startup());
                assertThat(tunnel.await(() -> busy.came.indexOf(READY) >= 0, PATIENCE))
                        .as(busy.came.toString())
                        .isTrue();
                busy.yamux().send(query("SELECT 'in flight' FROM pg_sleep(2)"));
                tunnel.await(() -> false, Duration.ofMillis(300));

                proxy.terminate();

                assertThat(tunnel.await(() -> busy.came.indexOf("in flight") >= 0, PATIENCE))
                        .isTrue();
                assertThat(tunnel.await(() -> tunnel.closed, PATIENCE)).isTrue();
                assertThat(tunnel.goingAway).isTrue();
                assertThat(busy.came).contains("C57P01").contains("this proxy is stopping");
                assertThat(works(idle)).isFalse();
                assertThat(proxy.ended(PATIENCE)).isTrue();
            }

            List<Event<?>> events = around.events(all -> count(all, SessionClosed.class) == 2);
            assertThat(events)
                    .extracting(Event::data)
                    .filteredOn(SessionClosed.class::isInstance)
                    .extracting(closed -> ((SessionClosed) closed).cause())
                    .containsOnly("draining");
            assertThat(events)
                    .extracting(Event::data)
                    .filteredOn(StatementExecuted.class::isInstance)
                    .extracting(statement -> ((StatementExecuted) statement).sql())
                    .contains("SELECT 'in flight' FROM pg_sleep(2)");
        }
    }

    private static long count(List<Event<?>> events, Class<?> kind) {
        return events.stream().map(Event::data).filter(kind::isInstance).count();
    }

    private static boolean works(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    private static ByteBuf startup() {
        ByteBuf out = Unpooled.buffer();
        Messages.startup(out, 3 << 16, Map.of("user", "hoop_rw", "database", "orders"));
        return out;
    }

    private static ByteBuf query(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return Unpooled.buffer()
                .writeByte('Q')
                .writeInt(4 + text.length + 1)
                .writeBytes(text)
                .writeByte(0);
    }
}
