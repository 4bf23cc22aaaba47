package dev.sallyport.pgwire.startup;

/**
 * A version of the protocol, as a StartupMessage has it.
 *
 * @param code the major version in the high half, the minor one in the low half
 */
public record ProtocolVersion(int code) {

    public static final ProtocolVersion V3_0 = new ProtocolVersion(3 << 16);
    /** Brings cancel keys of up to 256 bytes. There is no 3.1. */
    public static final ProtocolVersion V3_2 = new ProtocolVersion(3 << 16 | 2);

    public int major() {
        return code >>> 16;
    }

    public int minor() {
        return code & 0xffff;
    }

    /** The version to speak with a client that asks for this one: the newest of ours that is not newer. */
    public ProtocolVersion spoken() {
        return minor() >= V3_2.minor() ? V3_2 : V3_0;
    }

    @Override
    public String toString() {
        return major() + "." + minor();
    }
}
