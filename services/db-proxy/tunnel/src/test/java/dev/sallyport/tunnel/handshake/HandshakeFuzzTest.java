package dev.sallyport.tunnel.handshake;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever comes is a packet, not enough of one, or refused. */
class HandshakeFuzzTest {

    @FuzzTest
    void readsOrRefuses(FuzzedDataProvider data) {
        Handshake handshake = new Handshake();
        int reader = data.consumeInt(0, 2);
        ByteBuf in = Unpooled.wrappedBuffer(data.consumeRemainingAsBytes());
        try {
            switch (reader) {
                case 0 -> handshake.readHello(in);
                case 1 -> handshake.readClient(in);
                default -> handshake.readVerdict(in);
            }
        } catch (HandshakeException refused) {
            // As it should be.
        }
    }
}
