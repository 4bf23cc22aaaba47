package dev.sallyport.cli.ssm;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what was written. */
final class CountingStream extends FilterOutputStream {

    private final AtomicLong written;

    CountingStream(OutputStream out, AtomicLong written) {
        super(out);
        this.written = written;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written.addAndGet(length);
    }
}
