package dev.sallyport.pgwire.startup;

import java.util.Map;

/** A packet that a client may open a connection with. */
public sealed interface Opening {

    /** Asks for TLS; the answer is one byte, {@code S} or {@code N}. */
    record SslRequest() implements Opening {}

    /** Asks for GSSAPI encryption; the answer is one byte, {@code G} or {@code N}. */
    record GssEncRequest() implements Opening {}

    /**
     * Asks to cancel what the backend with this key is doing; there is no answer.
     *
     * @param secret 4 bytes in protocol 3.0, up to 256 in 3.2
     */
    record CancelRequest(int processId, byte[] secret) implements Opening {

        /** A key is nothing to show. */
        @Override
        public String toString() {
            return "CancelRequest[" + processId + "]";
        }
    }

    /**
     * Asks for a session.
     *
     * @param parameters in the order in which they came; of one that came twice, the last value
     */
    record Startup(ProtocolVersion version, Map<String, String> parameters) implements Opening {

        /** What {@code name} was set to; empty when it was not. */
        public String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }
    }
}
