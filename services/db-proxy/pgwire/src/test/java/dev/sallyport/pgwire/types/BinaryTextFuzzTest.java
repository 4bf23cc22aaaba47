package dev.sallyport.pgwire.types;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

class BinaryTextFuzzTest {

    @FuzzTest
    void isNeverAnError(FuzzedDataProvider data) {
        int oid = data.pickValue(PgType.values()).oid();
        BinaryText.of(oid, Unpooled.wrappedBuffer(data.consumeRemainingAsBytes()), StandardCharsets.UTF_8);
    }
}
