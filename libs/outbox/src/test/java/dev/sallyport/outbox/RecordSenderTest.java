package dev.sallyport.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordSenderTest {

    @Test
    void sendsRecordsOfDifferentKeysTogether() {
        assertThat(wavesOf("a", "b", "c")).containsExactly(List.of(1L, 2L, 3L));
    }

    @Test
    void neverHasTwoRecordsOfOneKeyInFlight() {
        assertThat(wavesOf("a", "b", "a", "c", "c")).containsExactly(List.of(1L, 2L, 4L), List.of(3L, 5L));
    }

    @Test
    void sendsManyKeysInAsManyWavesAsOneOfThemHasRecords() {
        assertThat(wavesOf("a", "a", "b", "b", "c", "c")).containsExactly(List.of(1L, 3L, 5L), List.of(2L, 4L, 6L));
    }

    @Test
    void sendsNothingForNoRows() {
        assertThat(wavesOf()).isEmpty();
    }

    private static List<List<Long>> wavesOf(String... keys) {
        List<OutboxTable.Stored> rows = new ArrayList<>();
        for (String key : keys) {
            rows.add(new OutboxTable.Stored(rows.size() + 1, new OutboxRecord("topic", key, "{}", Map.of())));
        }
        return RecordSender.waves(rows).stream()
                .map(wave -> wave.stream().map(OutboxTable.Stored::id).toList())
                .toList();
    }
}
