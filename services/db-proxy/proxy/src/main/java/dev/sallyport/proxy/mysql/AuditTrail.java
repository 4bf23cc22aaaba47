package dev.sallyport.proxy.mysql;

import dev.sallyport.mywire.ConversationListener;
import dev.sallyport.mywire.ErrPacket;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.audit.Transaction;
import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a conversation into its session's record. One statement at a time is under way. */
final class AuditTrail implements ConversationListener {

    private final AuditedSession session;
    private @Nullable Statement current;
    /** Links of their own, behind the one of the statement that had them asked for. */
    private final List<Statement> files = new ArrayList<>(0);

    AuditTrail(AuditedSession session) {
        this.session = session;
    }

    void countFromClient(int bytes) {
        session.countFromClient(bytes);
    }

    void countToClient(int bytes) {
        session.countToClient(bytes);
        if (current != null) {
            current.countToClient(bytes);
        }
    }

    @Override
    public void begun(String kind) {
        current = session.begin(kind);
    }

    @Override
    public void sql(ByteBuf piece) {
        current().sql(piece);
    }

    @Override
    public void parameter(@Nullable String name, String type, @Nullable CharSequence value) {
        current().parameter(name, type, value);
    }

    @Override
    public void ready(long bytes) {
        current().countFromClient(bytes);
        current().ready();
    }

    /** In the journal before the client is asked: its name is what the target says, whatever the SQL says. */
    @Override
    public void fileAsked(ByteBuf name) {
        Statement file = session.begin("local_infile");
        file.sql(name);
        file.ready();
        files.add(file);
    }

    @Override
    public void fileBytes(int bytes) {
        if (!files.isEmpty()) {
            files.getLast().countFromClient(bytes);
        }
    }

    @Override
    public void done(long rows, boolean inTransaction) {
        ended(new Outcome.Ok(rows, state(inTransaction)));
    }

    @Override
    public void failed(ErrPacket error) {
        ended(new Outcome.Failed(error.sqlState(), error.code(), error.message(), null));
    }

    @Override
    public void notExecuted() {
        ended(Outcome.SKIPPED);
    }

    @Override
    public void transaction(boolean active) {
        session.transaction(state(active));
    }

    @Override
    public void characterSet(Charset charset) {
        session.charset(charset);
    }

    private void ended(Outcome outcome) {
        Statement ending = current();
        current = null;
        ending.end(outcome);
        if (!files.isEmpty()) {
            Outcome ofFiles = outcome instanceof Outcome.Ok ok ? new Outcome.Ok(null, ok.transaction()) : outcome;
            files.forEach(file -> file.end(ofFiles));
            files.clear();
        }
    }

    private Statement current() {
        Statement statement = current;
        if (statement == null) {
            throw new IllegalStateException("no statement is under way");
        }
        return statement;
    }

    private static Transaction state(boolean active) {
        return active ? Transaction.ACTIVE : Transaction.IDLE;
    }
}
