package dev.sallyport.pgwire.startup;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class OpeningPacketsFuzzTest {

    @FuzzTest
    void readsOrRefuses(byte[] data) {
        ByteBuf in = Unpooled.wrappedBuffer(data);
        try {
            while (OpeningPackets.read(in).isPresent()) {
                // On to the next.
            }
        } catch (PgWireException refused) {
            // As it should.
        }
    }
}
