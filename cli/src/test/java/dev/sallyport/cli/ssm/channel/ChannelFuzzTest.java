package dev.sallyport.cli.ssm.channel;

import com.code_intelligence.jazzer.junit.FuzzTest;

class ChannelFuzzTest {

    @FuzzTest
    void readsMessagesOrRefuses(byte[] data) {
        try {
            AgentMessage message = AgentMessage.decode(data);
            Bodies.closedBecause(message);
            Bodies.acknowledged(message);
        } catch (MalformedMessage refused) {
            // As it should.
        }
    }

    @FuzzTest
    void readsFramesOrRefuses(byte[] data) {
        Smux.Sink nobody = new Smux.Sink() {
            @Override
            public void data(byte[] bytes, int offset, int length) {
                java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
            }

            @Override
            public void closed() {}
        };
        try {
            new Smux().read(data, nobody);
        } catch (MalformedMessage refused) {
            // As it should.
        }
    }

    @FuzzTest
    void answersHandshakesOrRefuses(byte[] data) {
        try {
            Handshake.answer(data);
        } catch (MalformedMessage refused) {
            // As it should.
        }
    }
}
