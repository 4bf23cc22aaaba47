package dev.sallyport.proxy.audit;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.JournalDamaged;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.proxy.feed.ProxyEvents;
import dev.sallyport.proxy.journal.Damage;
import dev.sallyport.proxy.journal.Journal;
import java.time.InstantSource;

/** Puts {@code journal.damaged} events into the journal itself: so they are shipped as surely as everything else. */
public final class DamageReport {

    /**
     * Reports what {@code journal} found damaged when it was opened; a journal that is opened again does not find it again. When the
     * process dies in the middle the next one reports it all once more.
     *
     * @throws JournalException when the journal has no room for that
     */
    public static void write(Journal journal, AgentId proxy, InstantSource clock) {
        for (Damage damage : journal.damages()) {
            JournalDamaged data =
                    new JournalDamaged(proxy, damage.segment(), damage.offset(), damage.bytes(), clock.instant());
            Event<JournalDamaged> event =
                    Event.of(EventType.JOURNAL_DAMAGED, ProxyEvents.SOURCE, proxy, clock.instant(), data);
            RecordWriter writer =
                    new RecordWriter().begin(AuditRecord.DAMAGED, 0).text(EventJson.write(event));
            journal.append(writer.bytes(), writer.length(), Journal.Use.END);
        }
        journal.reported();
    }

    private DamageReport() {}
}
