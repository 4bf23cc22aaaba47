package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.startup.OpeningPackets;
import dev.sallyport.pgwire.startup.ProtocolVersion;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.FakeConnection;
import dev.sallyport.sandbox.tls.LocalAuthority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before anybody has proved anything; without a network. */
class PostgresLoginTest {

    private final FakeConnection connection = new FakeConnection();

    private String send(ByteBuf... packets) {
        if (connection.client.pipeline().get("postgres") == null) {
            new PostgresProtocol(false).accept(connection);
        }
        connection.client.writeInbound((Object[]) packets);
        return said(connection.client);
    }

    private static String said(EmbeddedChannel channel) {
        StringBuilder all = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.append(next.toString(StandardCharsets.ISO_8859_1));
            next.release();
        }
        return all.toString();
    }

    private static ByteBuf startup(int version, String... parameters) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        ByteBuf out = Unpooled.buffer();
        Messages.startup(out, version, map);
        return out;
    }

    private static ByteBuf request(int code) {
        return Unpooled.buffer().writeInt(8).writeInt(code);
    }

    @Test
    void refusesWhatIsSentBehindTheRequestForTls() {
        ByteBuf request = request(OpeningPackets.SSL_REQUEST);
        String said = send(request.writeBytes(startup(ProtocolVersion.V3_0.code(), "user", "u")));

        assertThat(said).startsWith("E").contains("C08P01").contains("received unencrypted data after SSL request");
        assertThat(connection.closed).isEqualTo(CloseCause.PROTOCOL_ERROR);
        assertThat(connection.failure).isEqualTo(AuthFailure.PROTOCOL);
    }

    @Test
    void refusesGssEncryptionAndThenTakesTls(@TempDir Path folder) throws Exception {
        var files = LocalAuthority.in(folder).issue("proxy");
        connection.clientTls = SslContextBuilder.forServer(
                        files.certificate().toFile(), files.key().toFile())
                .build();
        assertThat(send(request(OpeningPackets.GSS_ENC_REQUEST))).isEqualTo("N");
        assertThat(send(request(OpeningPackets.SSL_REQUEST))).isEqualTo("S");
        assertThat(connection.client.pipeline().get("tls")).isNotNull();
        connection.client.finishAndReleaseAll();
    }

    @Test
    void refusesPlainText() {
        connection.plainClientAllowed = false;
        String said = send(startup(ProtocolVersion.V3_0.code(), "user", "u"));
        assertThat(said).contains("C28000").contains("Set sslmode=require");
        assertThat(connection.failure).isEqualTo(AuthFailure.NO_TLS);
    }

    @Test
    void asksAnUnknownLoginForAProofLikeAnyOther() {
        String said = send(startup(ProtocolVersion.V3_0.code(), "user", "nobody", "database", "d"));
        assertThat(said).startsWith("R").contains("SCRAM-SHA-256");
        assertThat(connection.closed).isNull();
    }

    @Test
    void negotiatesANewerVersionAndOptions() {
        String said = send(startup(3 << 16 | 9, "user", "u", "_pq_.compression", "on"));
        assertThat(said).startsWith("v").contains("_pq_.compression\0").contains("SCRAM-SHA-256");
    }

    @Test
    void refusesReplication() {
        assertThat(send(startup(ProtocolVersion.V3_0.code(), "user", "u", "replication", "database")))
                .contains("C0A000")
                .contains("sallyport.proxy.postgres.replication");
        assertThat(connection.closed).isEqualTo(CloseCause.REFUSED);
    }

    @Test
    void letsReplicationThroughWhereItIsAllowed() {
        new PostgresProtocol(true).accept(connection);

        assertThat(send(startup(ProtocolVersion.V3_0.code(), "user", "u", "replication", "database")))
                .contains("SCRAM-SHA-256");
        assertThat(connection.closed).isNull();
    }

    @Test
    void refusesAMissingUserAndAnOldProtocol() {
        assertThat(send(startup(ProtocolVersion.V3_0.code())))
                .contains("C28000")
                .contains("no user name");
        FakeConnection other = new FakeConnection();
        new PostgresProtocol(false).accept(other);
        other.client.writeInbound(startup(2 << 16));
        assertThat(said(other.client)).contains("C0A000").contains("unsupported frontend protocol 2.0");
    }

    @Test
    void refusesWhatIsNoStartupAtAll() {
        String said = send(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII));
        assertThat(said).contains("C08P01").contains("invalid length of startup packet");
        assertThat(connection.closed).isEqualTo(CloseCause.PROTOCOL_ERROR);
    }

    @Test
    void dropsARequestToCancelWithAnUnknownKey() {
        ByteBuf cancel = Unpooled.buffer();
        Messages.cancelRequest(cancel, 1, new byte[4]);
        assertThat(send(cancel)).isEmpty();
        connection.client.runPendingTasks();
        assertThat(connection.closed).isEqualTo(CloseCause.CLIENT_CLOSED);
    }

    private void comesThroughATunnel() {
        GrantId id = GrantId.next(InstantSource.system());
        connection.plainClientAllowed = false;
        connection.provenLogin = id.value();
        connection.grants.put(
                id.value(),
                new GrantState(
                        id,
                        RequestId.next(InstantSource.system()),
                        new Grantee("sub", "ada", ""),
                        new GrantTarget(
                                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                                Engine.POSTGRES,
                                "db",
                                5432,
                                "hoop_ro",
                                "reader",
                                new GrantTarget.SecretRef("database", "x", "PASSWORD")),
                        id.value(),
                        null,
                        Instant.EPOCH,
                        Instant.MAX));
    }

    @Test
    void inATunnelTlsIsDeclinedAndNoPasswordAskedFor() {
        for (String user : new String[] {"reader", "hoop_ro", ""}) {
            FakeConnection one = new FakeConnection();
            comesThroughATunnel();
            one.plainClientAllowed = false;
            one.provenLogin = connection.provenLogin;
            one.grants.putAll(connection.grants);
            new PostgresProtocol(false).accept(one);
            one.client.writeInbound(request(OpeningPackets.SSL_REQUEST));
            assertThat(said(one.client)).isEqualTo("N");
            String name = user.isEmpty() ? String.valueOf(one.provenLogin) : user;
            one.client.writeInbound(startup(ProtocolVersion.V3_0.code(), "user", name, "database", "app"));
            one.client.runPendingTasks();
            assertThat(said(one.client)).isEqualTo("R\0\0\0\b\0\0\0\0");
            assertThat(one.admitted).isNotNull();
        }
    }

    @Test
    void inATunnelAnotherUserOrDatabaseIsRefused() {
        comesThroughATunnel();
        String said = send(startup(ProtocolVersion.V3_0.code(), "user", "postgres", "database", "app"));
        assertThat(said).contains("C28000").contains("Connect as the user \"reader\".");
        assertThat(connection.failure).isEqualTo(AuthFailure.WRONG_USER);

        FakeConnection other = new FakeConnection();
        other.provenLogin = connection.provenLogin;
        other.grants.putAll(connection.grants);
        new PostgresProtocol(false).accept(other);
        other.client.writeInbound(startup(ProtocolVersion.V3_0.code(), "user", "reader", "database", "payroll"));
        assertThat(said(other.client)).contains("C3D000").contains("Connect to the database \"app\".");
        assertThat(other.failure).isEqualTo(AuthFailure.WRONG_DATABASE);
    }

    @Test
    void inATunnelAGrantThatHasEndedMeanwhileIsRefused() {
        comesThroughATunnel();
        connection.grants.clear();
        String said = send(startup(ProtocolVersion.V3_0.code(), "user", "reader", "database", "app"));
        assertThat(said).contains("C28000").contains("the grant has ended");
        assertThat(connection.failure).isEqualTo(AuthFailure.GRANT_ENDED);
    }

    @Test
    void tellsOtherNodesOfACancelThatIsForNobodyHereAndAnswersNothing() {
        ByteBuf request = Unpooled.buffer();
        Messages.cancelRequest(request, 4711, new byte[] {1, 2, 3, 4});

        assertThat(send(request)).isEmpty();
        connection.client.runPendingTasks();

        assertThat(connection.cancelledElsewhere).containsExactly(CancelKeys.digest(4711, new byte[] {1, 2, 3, 4}));
        assertThat(connection.closed).isEqualTo(CloseCause.CLIENT_CLOSED);
    }
}
