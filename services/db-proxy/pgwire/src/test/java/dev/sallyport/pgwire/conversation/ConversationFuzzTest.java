package dev.sallyport.pgwire.conversation;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Whatever both sides send, cut wherever: it is recorded in order, or refused. */
class ConversationFuzzTest {

    @FuzzTest
    void recordsInOrderOrRefuses(FuzzedDataProvider data) {
        Conversation conversation = new Conversation(new WrittenTrail(), new Limits(64 * 1024, 256, 64));
        ByteBuf waiting = Unpooled.buffer();
        try {
            while (data.remainingBytes() > 0) {
                boolean fromClient = data.consumeBoolean();
                byte[] piece = data.consumeBytes(data.consumeInt(0, 512));
                if (fromClient) {
                    waiting.writeBytes(piece);
                } else {
                    conversation.fromTarget(Unpooled.wrappedBuffer(piece));
                }
                waiting.skipBytes(conversation.fromClient(waiting));
            }
            conversation.closed();
        } catch (PgWireException refused) {
            conversation.closed();
        }
    }
}
