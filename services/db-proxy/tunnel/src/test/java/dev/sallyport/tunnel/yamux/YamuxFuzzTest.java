package dev.sallyport.tunnel.yamux;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a peer sends, cut wherever, while we act: it is taken or refused, never a bug, and no buffer is kept. */
class YamuxFuzzTest {

    @FuzzTest
    void takesOrRefuses(FuzzedDataProvider data) {
        YamuxSession.Role role = data.consumeBoolean() ? YamuxSession.Role.CLIENT : YamuxSession.Role.SERVER;
        Recorder recorder = new Recorder(role, new YamuxLimits(4, 4, YamuxLimits.INITIAL_WINDOW_BYTES));
        while (data.remainingBytes() > 0) {
            switch (data.consumeInt(0, 5)) {
                case 0 -> recorder.open();
                case 1 -> recorder.streams.values().forEach(YamuxStream::finish);
                case 2 -> recorder.streams.values().forEach(YamuxStream::close);
                case 3 -> recorder.streams.values().forEach(YamuxStream::reset);
                default -> recorder.receive(data.consumeBytes(data.consumeInt(0, 64)));
            }
        }
        recorder.session.closed();
    }
}
