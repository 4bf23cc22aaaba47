package dev.sallyport.pgwire.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpeningPacketsWireTest {

    private static Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("user", "u");
        parameters.put("database", "d");
        parameters.put("_pq_.x", "1");
        return parameters;
    }

    @Test
    void readsAStartupByteByByte() {
        ByteBuf whole = Unpooled.buffer();
        Messages.startup(whole, ProtocolVersion.V3_2.code(), parameters());
        ByteBuf in = Unpooled.buffer();
        while (whole.readableBytes() > 1) {
            in.writeByte(whole.readByte());
            assertThat(OpeningPackets.read(in)).isEmpty();
        }
        in.writeByte(whole.readByte());

        assertThat(OpeningPackets.read(in)).contains(new Opening.Startup(ProtocolVersion.V3_2, parameters()));
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void readsPacketsOneBehindTheOther() {
        ByteBuf in = Unpooled.buffer();
        in.writeInt(8).writeInt(OpeningPackets.GSS_ENC_REQUEST);
        Messages.sslRequest(in);
        Messages.startup(in, ProtocolVersion.V3_0.code(), parameters());

        assertThat(OpeningPackets.read(in)).contains(new Opening.GssEncRequest());
        assertThat(OpeningPackets.read(in)).contains(new Opening.SslRequest());
        assertThat(OpeningPackets.read(in)).containsInstanceOf(Opening.Startup.class);
    }

    @Test
    void readsCancelKeysOfBothLengths() {
        for (int length : new int[] {4, 32, 256}) {
            ByteBuf in = Unpooled.buffer();
            Messages.cancelRequest(in, 7, new byte[length]);
            Optional<Opening> read = OpeningPackets.read(in);
            assertThat(read).get().isInstanceOfSatisfying(Opening.CancelRequest.class, cancel -> {
                assertThat(cancel.processId()).isEqualTo(7);
                assertThat(cancel.secret()).hasSize(length);
            });
        }
        ByteBuf tooLong = Unpooled.buffer();
        Messages.cancelRequest(tooLong, 7, new byte[257]);
        assertThatThrownBy(() -> OpeningPackets.read(tooLong)).isInstanceOf(PgWireException.class);
    }

    @Test
    void refusesWhatNoPacketCanBeginWith() {
        for (int length : new int[] {-1, 0, 7, OpeningPackets.MAX_LENGTH + 1}) {
            assertThatThrownBy(() -> OpeningPackets.read(Unpooled.buffer().writeInt(length)))
                    .isInstanceOf(PgWireException.class)
                    .hasMessage("invalid length of startup packet");
        }
        assertThatThrownBy(
                        () -> OpeningPackets.read(Unpooled.buffer().writeInt(8).writeInt(2 << 16)))
                .hasMessageContaining("unsupported frontend protocol 2.0");
        assertThatThrownBy(() -> OpeningPackets.read(
                        Unpooled.buffer().writeInt(9).writeInt(3 << 16).writeByte('u')))
                .hasMessageContaining("expected terminator");
    }

    @Test
    void speaksTheNewestVersionThatIsNotNewerThanAsked() {
        assertThat(new ProtocolVersion(3 << 16 | 9999).spoken()).isEqualTo(ProtocolVersion.V3_2);
        assertThat(new ProtocolVersion(3 << 16 | 1).spoken()).isEqualTo(ProtocolVersion.V3_0);
        assertThat(ProtocolVersion.V3_2.toString()).isEqualTo("3.2");
    }
}
