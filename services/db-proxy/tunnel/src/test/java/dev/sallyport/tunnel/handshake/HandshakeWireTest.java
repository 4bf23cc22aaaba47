package dev.sallyport.tunnel.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The three packets to the byte, as the published Granted CLI and its server write them. */
class HandshakeWireTest {

    private static final String HELLO = "190000" + "00" // 25 bytes, packet 0
            + "01" + "3100" // version 1 of the handshake, server "1"
            + "2a000000" + "03000000" // connection 42, MySQL and PostgreSQL
            + hex("cf_auth_token\0");
    private static final String CLIENT = "0d0000" + "01" + "00000000" + hex("tok\0") + hex("gra_\0");
    private static final String ACCEPTED = "010000" + "02" + "00";
    private static final String REFUSED = "070000" + "02" + "ff" + "b004" + hex("over");
    private static final String REFUSED_AT_ONCE = "070000" + "00" + "ff" + "e803" + hex("full");

    private static final ServerPacket.Hello SERVER_HELLO =
            new ServerPacket.Hello("1", 42, ServerPacket.MYSQL | ServerPacket.POSTGRES, ServerPacket.TOKEN_METHOD);

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    }

    @Test
    void writesEachPacketToTheByte() {
        Handshake server = new Handshake();
        Handshake client = new Handshake();
        ByteBuf out = Unpooled.buffer();

        server.write(out, SERVER_HELLO);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(HELLO);
        assertThat(client.readHello(out)).contains(SERVER_HELLO);

        client.write(out, new ClientHello("tok", "gra_"));
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(CLIENT);
        assertThat(server.readClient(out)).contains(new ClientHello("tok", "gra_"));

        server.write(out, new ServerPacket.Accepted());
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ACCEPTED);
        assertThat(client.readVerdict(out)).contains(new ServerPacket.Accepted());
    }

    @Test
    void writesARefusalToTheByte() {
        Handshake server = new Handshake();
        server.write(Unpooled.buffer(), SERVER_HELLO);
        server.readClient(bytes(CLIENT));
        ByteBuf out = Unpooled.buffer();

        server.write(out, new ServerPacket.Refused(RefusalCode.GRANT_INACTIVE, "over"));

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(REFUSED);
    }

    @Test
    void readsWhatTheServerSaysWholeAndByteByByteAndBehindOneAnother() {
        for (List<ByteBuf> pieces : cut(HELLO)) {
            assertThat(read(new Handshake()::readHello, pieces)).containsExactly(SERVER_HELLO);
        }
        for (List<ByteBuf> pieces : cut(REFUSED_AT_ONCE)) {
            assertThat(read(new Handshake()::readHello, pieces))
                    .containsExactly(new ServerPacket.Refused(1000, "full"));
        }
        for (List<ByteBuf> pieces : cut(REFUSED)) {
            Handshake client = new Handshake();
            client.readHello(bytes(HELLO));
            client.write(Unpooled.buffer(), new ClientHello("tok", "gra_"));
            assertThat(read(client::readVerdict, pieces)).containsExactly(new ServerPacket.Refused(1200, "over"));
        }
    }

    @Test
    void leavesAloneWhatComesBehindTheClientsPacket() {
        Handshake server = new Handshake();
        server.write(Unpooled.buffer(), SERVER_HELLO);
        ByteBuf in = bytes(CLIENT + "0002");

        assertThat(server.readClient(in)).contains(new ClientHello("tok", "gra_"));
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @Test
    void refusesPacketsOutOfTurnEmptyOrTooLong() {
        assertThatThrownBy(() -> new Handshake().readClient(bytes(CLIENT)))
                .isInstanceOf(HandshakeException.class)
                .hasMessage("packet 0 was expected, and 1 came");
        assertThatThrownBy(() -> new Handshake().readHello(bytes("00000000")))
                .hasMessage("a packet of 0 bytes came; they have 1 to 65536");
        assertThatThrownBy(() -> new Handshake().readHello(bytes("01000100")))
                .hasMessage("a packet of 65537 bytes came; they have 1 to 65536");
        assertThat(new Handshake().readHello(bytes("00000100"))).isEmpty();
    }

    @Test
    void refusesPacketsThatAreNotWhole() {
        assertThatThrownBy(() -> new Handshake().readClient(bytes("03000000000000")))
                .hasMessage("the client's packet is cut short");
        assertThatThrownBy(() -> new Handshake().readClient(bytes("06000000" + "00000000" + "6161")))
                .hasMessage("the token has no end");
        assertThatThrownBy(() -> new Handshake().readClient(bytes("06000000" + "00000000" + "6100")))
                .hasMessage("the grant's id has no end");
        assertThatThrownBy(() -> new Handshake().readHello(bytes("01000000" + "02")))
                .hasMessage("the server speaks version 2 of the handshake, not 1");
        assertThatThrownBy(() -> new Handshake().readHello(bytes("04000000" + "01310000")))
                .hasMessage("the server's first packet is cut short");
        assertThatThrownBy(() -> new Handshake().readVerdict(bytes("02000000" + "ff00")))
                .hasMessage("the server's refusal has no code");
        assertThatThrownBy(() -> new Handshake().readVerdict(bytes("01000000" + "07")))
                .hasMessage("the server's answer has the unknown type 7");
    }

    @Test
    void showsNoToken() {
        assertThat(new ClientHello("secret", "gra_1")).hasToString("ClientHello[gra_1]");
    }

    /** Whole, and byte by byte. */
    private static List<List<ByteBuf>> cut(String hex) {
        List<ByteBuf> bytes = new ArrayList<>();
        for (int i = 0; i < hex.length(); i += 2) {
            bytes.add(bytes(hex.substring(i, i + 2)));
        }
        return List.of(List.of(bytes(hex)), bytes);
    }

    private static <T> List<T> read(Function<ByteBuf, Optional<T>> reader, List<ByteBuf> pieces) {
        ByteBuf in = Unpooled.buffer();
        List<T> read = new ArrayList<>();
        for (ByteBuf piece : pieces) {
            in.writeBytes(piece);
            reader.apply(in).ifPresent(read::add);
        }
        assertThat(in.isReadable()).isFalse();
        return read;
    }
}
