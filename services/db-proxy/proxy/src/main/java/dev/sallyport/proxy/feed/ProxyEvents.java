package dev.sallyport.proxy.feed;

import dev.sallyport.contracts.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** What all events of db-proxies have in common. */
public final class ProxyEvents {

    /** Where they come from. */
    public static final String SOURCE = "/sallyport/db-proxy";

    /** Of their records. */
    public static final List<Header> HEADERS =
            List.of(new RecordHeader("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII)));

    private ProxyEvents() {}
}
