package dev.sallyport.notifier.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Which addresses a webhook may have. */
final class Addresses {

    /** Not reached over the public Internet (RFC 6890): a webhook there would be a way into somebody's network. */
    static boolean isPrivate(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (address instanceof Inet6Address) {
            // fc00::/7 unique local; 64:ff9b::/96 and 2002::/16 carry an IPv4 address inside.
            return (first & 0xfe) == 0xfc || (first == 0x00 && second == 0x64) || (first == 0x20 && second == 0x02);
        }
        // 0.0.0.0/8; 100.64.0.0/10, shared by carriers; 198.18.0.0/15, benchmarks; 240.0.0.0/4, reserved.
        return first == 0
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 198 && (second & 0xfe) == 18)
                || first >= 240;
    }

    private Addresses() {}
}
