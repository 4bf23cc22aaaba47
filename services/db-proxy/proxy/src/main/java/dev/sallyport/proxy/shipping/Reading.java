package dev.sallyport.proxy.shipping;

import dev.sallyport.proxy.audit.AuditRecord;
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An intent, as often as it is asked for: what is kept is read once, what is long is read from the journal each time. */
interface Reading {

    /** Empty when the journal has lost it. */
    Optional<AuditRecord.Intent> first();

    /** Gives each part of the text to {@code each}, one in memory at a time when it is long. */
    void parts(Consumer<StatementText.Part> each);

    static Reading of(Trail.Intent intent, Journal journal) {
        List<byte[]> kept = intent.records;
        return kept == null ? new FromJournal(journal, intent.positions) : FromMemory.of(kept);
    }

    private static Optional<AuditRecord.Intent> intent(AuditRecord record) {
        return record instanceof AuditRecord.Intent intent ? Optional.of(intent) : Optional.empty();
    }

    /** What is kept. */
    record FromMemory(Optional<AuditRecord.Intent> first, List<StatementText.Part> all) implements Reading {

        static FromMemory of(List<byte[]> kept) {
            List<AuditRecord> records = kept.stream().map(AuditRecord::read).toList();
            List<StatementText.Part> all = new ArrayList<>(1);
            StatementText.cut(records.iterator(), all::add);
            return new FromMemory(intent(records.getFirst()), all);
        }

        @Override
        public void parts(Consumer<StatementText.Part> each) {
            all.forEach(each);
        }
    }

    /** What is long. */
    record FromJournal(Journal journal, List<Position> positions) implements Reading {

        @Override
        public Optional<AuditRecord.Intent> first() {
            return intent(read(positions.getFirst()));
        }

        @Override
        public void parts(Consumer<StatementText.Part> each) {
            StatementText.cut(positions.stream().map(this::read).iterator(), each);
        }

        private AuditRecord read(Position position) {
            Entry entry = journal.read(position);
            if (entry == null || !entry.position().equals(position)) {
                throw new IllegalStateException("the journal no longer has its record at " + position);
            }
            return AuditRecord.read(entry.payload());
        }
    }
}
