package dev.sallyport.sandbox.sqlserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection, from PRELOGIN to its end; runs on a virtual thread. */
final class TdsSession implements Runnable {

    /** Messages that one connection prepares at most. */
    private static final int MAX_PREPARED = 100;

    private final Instance instance;
    private final PacketStream stream;
    private final @Nullable SSLContext tls;
    private final Map<Integer, Prepared> prepared = new HashMap<>();

    /** @param tls null for a server without a certificate; with one, nothing goes without TLS */
    TdsSession(Instance instance, PacketStream stream, @Nullable SSLContext tls) {
        this.instance = instance;
        this.stream = stream;
        this.tls = tls;
    }

    private record Prepared(String declared, String sql) {}

    @Override
    public void run() {
        try (stream) {
            if (!agreeOnEncryption()) {
                return;
            }
            Session session = login();
            if (session != null) {
                serve(session);
            }
        } catch (IOException gone) {
            // The client went away, or was thrown out: there is nobody to tell.
            return;
        }
    }

    private boolean agreeOnEncryption() throws IOException {
        PacketStream.Message first = stream.read();
        if (first.type() != PacketStream.PRELOGIN) {
            return false;
        }
        int wanted = Prelogin.encryption(first.body());
        if (tls == null) {
            stream.write(PacketStream.TABULAR_RESULT, Prelogin.answer(Prelogin.ENCRYPT_NOT_SUP));
            return wanted != Prelogin.ENCRYPT_ON && wanted != Prelogin.ENCRYPT_REQ;
        }
        boolean asked = wanted == Prelogin.ENCRYPT_ON || wanted == Prelogin.ENCRYPT_REQ;
        stream.write(PacketStream.TABULAR_RESULT, Prelogin.answer(asked ? Prelogin.ENCRYPT_ON : Prelogin.ENCRYPT_REQ));
        if (wanted == Prelogin.ENCRYPT_NOT_SUP) {
            return false;
        }
        HandshakeSocket packed = new HandshakeSocket(stream.socket());
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(packed, null, true);
        // TLS 1.3 has messages after the handshake, which TDS 7 has no place for.
        secured.setEnabledProtocols(new String[] {"TLSv1.2"});
        secured.startHandshake();
        packed.handshakeDone();
        stream.continueOver(secured);
        return true;
    }

    private @Nullable Session login() throws IOException {
        PacketStream.Message message = stream.read();
        if (message.type() != PacketStream.LOGIN7) {
            return null;
        }
        Login7 login = Login7.read(message.body());
        instance.lock.lock();
        try {
            Session session = accept(login);
            instance.sessions.put(session.id(), session);
            Reply reply = Reply.toBatch()
                    .database(session.database().name, "master")
                    .collation()
                    .language()
                    .loginAck(login.tdsVersion())
                    .packetBytes(PacketStream.DEFAULT_PACKET_BYTES);
            stream.packetBytes(PacketStream.DEFAULT_PACKET_BYTES);
            stream.write(PacketStream.TABULAR_RESULT, reply.end());
            return session;
        } catch (SqlError refused) {
            Reply reply = Reply.toBatch().error(refused);
            if (refused.number() == 4060) {
                reply.error(SqlError.loginFailed(login.user()));
            }
            stream.write(PacketStream.TABULAR_RESULT, reply.end());
            return null;
        } finally {
            instance.lock.unlock();
        }
    }

    private Session accept(Login7 asked) {
        if (asked.integrated()) {
            throw SqlError.of(
                    18452,
                    14,
                    1,
                    "Login failed. The login is from an untrusted domain and cannot be used with Integrated"
                            + " authentication.");
        }
        Login login = instance.login(asked.user())
                .filter(each -> each.password.equals(asked.password()))
                .orElseThrow(() -> SqlError.loginFailed(asked.user()));
        if (login.disabled) {
            throw SqlError.of(
                    18470, 14, 1, "Login failed for user '" + login.name + "'. Reason: The account is disabled.");
        }
        if (!instance.may(login, "CONNECT SQL")) {
            throw SqlError.loginFailed(asked.user());
        }
        String name = asked.database().isEmpty() ? login.defaultDatabase : asked.database();
        Optional<Database> database = instance.database(name);
        Session session = new Session(
                instance,
                login,
                database.or(() -> instance.database("master")).orElseThrow(),
                instance.nextSession(),
                this::cut);
        try {
            instance.open(database.orElseThrow(() -> SqlError.noDatabase(name)), session);
            return session;
        } catch (SqlError refused) {
            throw SqlError.of(
                    4060, 11, 1, "Cannot open database \"" + name + "\" requested by the login. The login failed.");
        }
    }

    private void cut() {
        try {
            stream.close();
        } catch (IOException alreadyGone) {
            return;
        }
    }

    private void serve(Session session) throws IOException {
        try {
            while (true) {
                PacketStream.Message message = stream.read();
                instance.lock.lock();
                try {
                    stream.write(PacketStream.TABULAR_RESULT, answer(session, message));
                } finally {
                    instance.lock.unlock();
                }
            }
        } finally {
            instance.lock.lock();
            try {
                instance.sessions.remove(session.id());
            } finally {
                instance.lock.unlock();
            }
        }
    }

    private byte[] answer(Session session, PacketStream.Message message) throws IOException {
        return switch (message.type()) {
            case PacketStream.SQL_BATCH -> {
                Wire in = new Wire(message.body());
                ProcedureCall.skipHeaders(in);
                session.replyTo(Reply.toBatch());
                session.variables.clear();
                run(session, new String(in.rest(), StandardCharsets.UTF_16LE));
                yield session.reply().end();
            }
            case PacketStream.RPC -> {
                session.replyTo(Reply.toProcedure());
                call(session, ProcedureCall.read(message.body()));
                yield session.reply().endProcedure();
            }
            case PacketStream.ATTENTION -> Reply.toBatch().endAttention();
            default -> throw new IOException("a message of type " + message.type());
        };
    }

    private static void run(Session session, String sql) {
        session.instance().heard(sql);
        try {
            List<Statement> statements = TSqlParser.parse(sql);
            for (Statement each : statements) {
                each.run(session);
            }
        } catch (SqlError error) {
            session.reply().error(error);
        }
    }

    private void call(Session session, ProcedureCall call) {
        switch (call.name()) {
            case "sp_executesql" -> execute(session, call.text(0), call.variables(2, call.text(1)));
            case "sp_prepexec" -> prepareAndExecute(session, call);
            case "sp_execute" -> {
                Prepared known = prepared.get(call.number(0));
                if (known == null) {
                    session.reply()
                            .error(SqlError.of(
                                    8179, "Could not find prepared statement with handle " + call.number(0) + "."));
                } else {
                    execute(session, known.sql(), call.variables(1, known.declared()));
                }
            }
            case "sp_unprepare" -> prepared.remove(call.number(0));
            default ->
                session.reply().error(SqlError.of(2812, "Could not find stored procedure '" + call.name() + "'."));
        }
    }

    private void prepareAndExecute(Session session, ProcedureCall call) {
        if (prepared.size() >= MAX_PREPARED) {
            session.reply().error(SqlError.of(701, 17, 123, "There is insufficient system memory to run this query."));
            return;
        }
        int handle = prepared.size() + 1;
        prepared.put(handle, new Prepared(call.text(1), call.text(2)));
        execute(session, call.text(2), call.variables(3, call.text(1)));
        session.reply().returnStatus(0);
        session.reply().returnValue(0, handle);
    }

    private static void execute(Session session, String sql, Map<String, @Nullable Object> variables) {
        session.variables.clear();
        session.variables.putAll(variables);
        run(session, sql);
    }
}
