package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.conversation.AuditTrail;
import dev.sallyport.pgwire.conversation.Recording;
import dev.sallyport.pgwire.conversation.TransactionStatus;
import dev.sallyport.pgwire.types.ClientEncodings;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.audit.Transaction;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a conversation says, into the session's record. */
final class SessionTrail implements AuditTrail {

    private final AuditedSession session;

    SessionTrail(AuditedSession session) {
        this.session = session;
    }

    @Override
    public Recording begin(String kind) {
        return new StatementRecording(session.begin(kind));
    }

    @Override
    public void transaction(TransactionStatus status) {
        session.transaction(transactionOf(status));
    }

    @Override
    public void parameterStatus(String name, String value) {
        if (name.equals("client_encoding")) {
            session.charset(ClientEncodings.charset(value));
        }
    }

    private static Transaction transactionOf(TransactionStatus status) {
        return switch (status) {
            case IDLE -> Transaction.IDLE;
            case ACTIVE -> Transaction.ACTIVE;
            case FAILED -> Transaction.FAILED;
        };
    }

    private record StatementRecording(Statement statement) implements Recording {

        @Override
        public void sql(ByteBuf piece) {
            statement.sql(piece);
        }

        @Override
        public void parameter(String type, @Nullable String value) {
            statement.parameter(type, value);
        }

        @Override
        public void ready() {
            statement.ready();
        }

        @Override
        public void abandon() {
            statement.abandon();
        }

        @Override
        public void countFromClient(long bytes) {
            statement.countFromClient(bytes);
        }

        @Override
        public void countToClient(long bytes) {
            statement.countToClient(bytes);
        }

        @Override
        public void done(@Nullable Long rows, @Nullable TransactionStatus transaction) {
            statement.end(new Outcome.Ok(rows, transaction == null ? null : transactionOf(transaction)));
        }

        @Override
        public void failed(String sqlState, String message, @Nullable TransactionStatus transaction) {
            statement.end(new Outcome.Failed(
                    sqlState.isEmpty() ? null : sqlState,
                    null,
                    message,
                    transaction == null ? null : transactionOf(transaction)));
        }

        @Override
        public void skipped() {
            statement.end(Outcome.SKIPPED);
        }

        @Override
        public void unknown() {
            statement.end(Outcome.UNKNOWN);
        }
    }
}
