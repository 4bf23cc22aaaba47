package dev.sallyport.cli.ssm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.ssm.channel.IncomingOrder.Place;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IncomingOrderTest {

    private final IncomingOrder order = new IncomingOrder(2);

    @Test
    void putsMessagesThatOvertookEachOtherInOrder() {
        assertThat(order.place(message(2))).isEqualTo(Place.EARLY);
        assertThat(order.place(message(1))).isEqualTo(Place.EARLY);
        assertThat(order.place(message(0))).isEqualTo(Place.NEXT);

        assertThat(order.delivered()).extracting(AgentMessage::sequence).isEqualTo(1L);
        assertThat(order.delivered()).extracting(AgentMessage::sequence).isEqualTo(2L);
        assertThat(order.delivered()).isNull();
        assertThat(order.place(message(3))).isEqualTo(Place.NEXT);
    }

    @Test
    void knowsWhatItHasSeen() {
        order.place(message(1));
        assertThat(order.place(message(1))).isEqualTo(Place.SEEN);
        assertThat(order.place(message(0))).isEqualTo(Place.NEXT);
        order.delivered();

        assertThat(order.place(message(0))).isEqualTo(Place.SEEN);
        assertThat(order.place(message(-1))).isEqualTo(Place.SEEN);
    }

    @Test
    void keepsABoundedNumber() {
        assertThat(order.place(message(3))).isEqualTo(Place.TOO_EARLY);
        assertThat(order.place(message(Long.MAX_VALUE))).isEqualTo(Place.TOO_EARLY);
        assertThat(order.place(message(2))).isEqualTo(Place.EARLY);
    }

    private static AgentMessage message(long sequence) {
        return AgentMessage.input(sequence, PayloadType.OUTPUT, new byte[0], Instant.EPOCH);
    }
}
