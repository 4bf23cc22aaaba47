package dev.sallyport.mywire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

/** Whatever either side sends, cut anywhere: it is followed, or it is malformed; nothing else is thrown. */
class ConversationFuzzTest {

    private static final byte[] PREPARE = {Command.STMT_PREPARE, 'D', 'O', ' ', '?'};

    /** Statement 7, two parameters; then the definition of each. */
    private static final byte[] PREPARED = {0, 7, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0};

    private static final byte[] DEFINITION = {3, 'd', 'e', 'f'};

    @FuzzTest
    void followsOrRefuses(FuzzedDataProvider data) {
        Recorder recorder = new Recorder();
        Conversation conversation = recorder.conversation(Capabilities.agreed(data.consumeInt()));
        try {
            while (data.remainingBytes() > 0) {
                boolean client = data.consumeBoolean();
                ByteBuf bytes = Unpooled.wrappedBuffer(data.consumeBytes(data.consumeInt(1, 64)));
                if (client) {
                    conversation.fromClient(bytes);
                } else {
                    conversation.fromTarget(bytes);
                }
            }
        } catch (MalformedPacketException expected) {
            assertThat(expected).hasMessageContaining(" ");
        } finally {
            conversation.release();
        }
    }

    /** A command as it is, to reach what is deep within one: the attributes of queries and executions. */
    @FuzzTest
    void readsACommandOrRefuses(byte[] payload) {
        Recorder recorder = new Recorder();
        Conversation conversation = recorder.conversation(Capabilities.agreed(-1));
        try {
            conversation.fromClient(Packets.of(UnpooledByteBufAllocator.DEFAULT, 0, PREPARE));
            conversation.fromTarget(Packets.of(UnpooledByteBufAllocator.DEFAULT, 1, PREPARED));
            conversation.fromTarget(Packets.of(UnpooledByteBufAllocator.DEFAULT, 2, DEFINITION));
            conversation.fromTarget(Packets.of(UnpooledByteBufAllocator.DEFAULT, 3, DEFINITION));
            assertThat(conversation.idle()).isTrue();
            conversation.fromClient(Packets.of(UnpooledByteBufAllocator.DEFAULT, 0, payload));
        } catch (MalformedPacketException expected) {
            assertThat(expected).hasMessageContaining(" ");
        } finally {
            conversation.release();
        }
    }

    @FuzzTest
    void readsLoginsOrRefuses(byte[] data) {
        try {
            LoginRequest request = LoginRequest.decode(Unpooled.wrappedBuffer(data));
            request.attribute("program_name");
            new PasswordProof(new byte[32], new byte[20], Greeting.newNonce(), true).start(request);
        } catch (MalformedPacketException expected) {
            assertThat(expected).hasMessageContaining(" ");
        }
    }

    @FuzzTest
    void readsGreetingsOrRefuses(byte[] data) {
        try {
            Greeting.decode(Unpooled.wrappedBuffer(data));
        } catch (MalformedPacketException expected) {
            assertThat(expected).hasMessageContaining(" ");
        }
    }
}
