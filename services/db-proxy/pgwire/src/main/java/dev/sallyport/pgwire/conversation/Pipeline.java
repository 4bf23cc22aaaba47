package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.ErrorFields;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the target still owes, in order (Message Flow: Pipelining), and what follows from an error: everything behind it up to
 * the next Sync is skipped, Query messages too.
 */
final class Pipeline {

    /** A statement that the target refused before there was an Execute of it. */
    private record Refused(String kind, Portal portal, ErrorFields error) {}

    private static final int MAX_REFUSED = 16;

    private final Deque<Expected> expected = new ArrayDeque<>();
    /** Ended in this batch of reads; told with the state of the transaction if that comes in the same batch. */
    private final List<Execution> settling = new ArrayList<>();

    private final Deque<Refused> refused = new ArrayDeque<>();
    private final AuditTrail trail;
    private final PreparedStatements statements;
    private final Portals portals;

    /** The target skips what comes until the next Sync. */
    private boolean skipping;

    /** The last of what is expected that may change what the name of a prepared statement means. */
    private @Nullable Expected renaming;
    /** How many Syncs there were before it, and how many there were in all. */
    private long syncsBeforeRenaming;

    private long syncs;

    private long timesReady;
    private boolean targetSaidGoodbye;
    /** The execution that takes the client's CopyData, until the client says that it is done. */
    private @Nullable Execution copyIn;

    Pipeline(AuditTrail trail, PreparedStatements statements, Portals portals) {
        this.trail = trail;
        this.statements = statements;
        this.portals = portals;
    }

    boolean skipping() {
        return skipping;
    }

    @Nullable Execution copyIn() {
        return copyIn;
    }

    /** The client sent a message whole. Its beginning may have come before the error that has the target pass over it. */
    void add(Expected next) {
        if (skipping) {
            skip(next, null, ErrorFields.NONE);
        } else {
            expected.add(next);
            if (mayPrepare(next)) {
                renaming = next;
                syncsBeforeRenaming = syncs;
            }
        }
    }

    /** Whether what the target has yet to answer may change what the name of a prepared statement means. */
    boolean mayRename() {
        return renaming != null;
    }

    /** Whether that answer comes whatever the client says next: without a Sync a target keeps its answers to itself. */
    boolean tellsSoon() {
        return renaming instanceof Expected.Query || syncs > syncsBeforeRenaming;
    }

    private static boolean mayPrepare(Expected next) {
        return switch (next) {
            case Expected.Query _ -> true;
            case Expected.Execute execute -> execute.portal().prepared.prepares;
            default -> false;
        };
    }

    private @Nullable Expected poll() {
        Expected head = expected.poll();
        if (head == renaming) {
            renaming = null;
        }
        return head;
    }

    /** The client sent Sync. While it feeds a copy the target passes over it. */
    void sync() {
        if (copyIn == null) {
            skipping = false;
            syncs++;
            expected.add(Expected.SYNC);
        }
    }

    /** The client sent CopyDone or CopyFail. */
    void copyEnd() {
        if (copyIn != null) {
            copyIn = null;
        } else if (!skipping && !expected.isEmpty()) {
            expected.add(Expected.COPY_END);
        }
    }

    /** The target has begun to take a copy in, or to replicate. Of what is on its way, it passes over any Sync up to the end of the copy. */
    void copyStarted(Execution execution) {
        for (Iterator<Expected> each = expected.iterator(); each.hasNext(); ) {
            switch (each.next()) {
                case Expected.Sync sync -> each.remove();
                case Expected.CopyEnd end -> {
                    each.remove();
                    return;
                }
                default -> {}
            }
        }
        copyIn = execution;
    }

    /** What the target owes first. */
    @Nullable Expected head() {
        Expected head = expected.peek();
        while (head instanceof Expected.CopyEnd) {
            poll();
            head = expected.peek();
        }
        return head;
    }

    /** What the target works at, when that is an execution. */
    @Nullable Execution executing() {
        return switch (head()) {
            case Expected.Query query -> query.execution();
            case Expected.Execute execute -> execute.execution();
            case Expected.FunctionCall call -> call.execution();
            case null, default -> null;
        };
    }

    void pop() {
        poll();
    }

    /** The head is done with. */
    void settle(Execution execution) {
        poll();
        copyIn = null;
        settling.add(execution);
    }

    /** The target is ready: it answered the Query, FunctionCall or Sync at the head. */
    void ready(TransactionStatus status) {
        Execution execution = executing();
        if (execution != null) {
            settling.add(execution);
        }
        poll();
        copyIn = null;
        timesReady++;
        flush(status);
        trail.transaction(status);
        if (status == TransactionStatus.IDLE) {
            portals.transactionEnded();
        }
    }

    /** The target said ready behind an error, to a Sync that it had passed over by our reckoning. */
    boolean readyWhileSkipping() {
        boolean was = skipping;
        skipping = false;
        return was;
    }

    void fail(ErrorFields error) {
        copyIn = null;
        Expected head = head();
        switch (head) {
            case null -> {}
            case Expected.Query query -> query.execution().fail(error);
            case Expected.FunctionCall call -> call.execution().fail(error);
            case Expected.Sync sync -> failSync(error);
            default -> failExtended(head, error);
        }
        if (error.fatal()) {
            targetSaidGoodbye = true;
            endOfAll();
        }
    }

    /** The transaction failed to commit: that belongs to the last statement in it. */
    private void failSync(ErrorFields error) {
        if (settling.isEmpty()) {
            refused.add(new Refused("sync", Portal.commit(), error));
        } else {
            settling.getLast().fail(error);
        }
    }

    private void failExtended(Expected failed, ErrorFields error) {
        poll();
        skipping = true;
        boolean told = false;
        Portal culprit = null;
        switch (failed) {
            case Expected.Execute execute -> {
                execute.execution().fail(error);
                settling.add(execute.execution());
                told = true;
            }
            case Expected.Parse parse -> {
                statements.fail(parse.prepared());
                culprit = Portal.of(parse.prepared());
            }
            case Expected.Bind bind -> {
                portals.drop(bind.portal());
                culprit = bind.portal();
            }
            case Expected.DescribePortal describe -> culprit = describe.portal();
            case Expected.DescribeStatement describe -> culprit = Portal.of(describe.prepared());
            case Expected.CloseStatement close -> statements.skip(close.closed());
            default -> {}
        }
        while (!expected.isEmpty()) {
            if (expected.peek() instanceof Expected.Sync) {
                skipping = false;
                break;
            }
            told |= skip(Objects.requireNonNull(poll()), told ? null : culprit, error);
        }
        if (!told && culprit != null) {
            String kind =
                    failed instanceof Expected.Bind ? "bind" : failed instanceof Expected.Parse ? "parse" : "describe";
            refused.add(new Refused(kind, culprit, error));
        }
    }

    /** Returns whether it was the execution of what failed: then the error is its own. */
    private boolean skip(Expected skipped, @Nullable Portal culprit, ErrorFields error) {
        switch (skipped) {
            case Expected.Execute execute -> {
                if (culprit != null && execute.portal().isOf(culprit)) {
                    execute.execution().fail(error);
                    settling.add(execute.execution());
                    return true;
                }
                skip(execute.execution());
            }
            case Expected.Query query -> skip(query.execution());
            case Expected.FunctionCall call -> skip(call.execution());
            case Expected.Parse parse -> statements.skip(parse.prepared());
            case Expected.CloseStatement close -> statements.skip(close.closed());
            case Expected.Bind bind -> portals.drop(bind.portal());
            default -> {}
        }
        return false;
    }

    private void skip(Execution execution) {
        execution.skip();
        settling.add(execution);
    }

    /** The target is about to close the connection: what it was at has failed, the rest will never be executed. */
    private void endOfAll() {
        Expected head = head();
        if (head instanceof Expected.Query || head instanceof Expected.FunctionCall) {
            settling.add(Objects.requireNonNull(executing()));
            poll();
        }
        while (!expected.isEmpty()) {
            skip(Objects.requireNonNull(poll()), null, ErrorFields.NONE);
        }
    }

    /** A batch of the target's bytes is through. */
    void batchEnd(boolean intentOpen) {
        flush(null);
        if (!refused.isEmpty() && !intentOpen && expected.isEmpty()) {
            tellRefused();
        }
    }

    /** Too much is waiting: no more should be read from the client. */
    boolean full(int maxPipelined) {
        return expected.size() >= maxPipelined || refused.size() >= MAX_REFUSED;
    }

    long timesReady() {
        return timesReady;
    }

    boolean targetSaidGoodbye() {
        return targetSaidGoodbye;
    }

    boolean idle() {
        return expected.isEmpty() && !skipping;
    }

    /** The connection is closed. */
    void closed() {
        flush(null);
        for (Execution execution = executing(); !expected.isEmpty(); execution = executing()) {
            if (execution != null) {
                execution.unknown();
            }
            poll();
        }
        tellRefused();
    }

    private void flush(@Nullable TransactionStatus status) {
        if (!settling.isEmpty()) {
            for (Execution execution : settling) {
                execution.settle(status);
            }
            settling.clear();
        }
    }

    private void tellRefused() {
        for (Refused each = refused.poll(); each != null; each = refused.poll()) {
            Recording recording = trail.begin(each.kind());
            each.portal().tell(recording);
            recording.failed(each.error().sqlState(), each.error().message(), null);
        }
    }
}
