package dev.sallyport.provisioner.aws;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A security group of ours and whom it lets in.
 *
 * @param gateway value of the tag {@code hoop.dev/gateway}
 * @param cidr checked by {@link #check}
 */
public record Ingress(String groupName, String vpc, String gateway, String cidr, int port) {

    /** The tag that marks our groups. */
    public static final String TAG = "hoop.dev/gateway";

    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})(?:\\.(?!$)|$)){4}");

    /** @return why {@code cidr} may not be let in; empty when it may */
    public static String check(String cidr, boolean everybodyAllowed) {
        int slash = cidr.indexOf('/');
        try {
            int bits = Integer.parseInt(cidr.substring(slash + 1));
            int longest = address(cidr.substring(0, Math.max(slash, 0))).getAddress().length * 8;
            if (bits < 0 || bits > longest) {
                return "the ingress CIDR '" + cidr + "' has a prefix that is not between 0 and " + longest;
            }
            return bits == 0 && !everybodyAllowed
                    ? "the ingress CIDR '" + cidr
                            + "' lets everybody in; name the network of the agent, or set sallyport.jobs.open-ingress-allowed"
                    : "";
        } catch (IllegalArgumentException e) {
            return "the ingress CIDR '" + cidr + "' is no IPv4 or IPv6 network such as 10.0.0.0/16";
        }
    }

    /** Java also reads {@code 10.0.0} and scoped addresses; AWS does not. */
    private static InetAddress address(String literal) {
        if (!literal.contains(":") && !IPV4.matcher(literal).matches() || literal.contains("%")) {
            throw new IllegalArgumentException("no address");
        }
        return InetAddress.ofLiteral(literal);
    }

    /** Whether two CIDRs mean the same addresses: EC2 keeps {@code 10.1.2.3/16} as {@code 10.1.0.0/16}. */
    public static boolean sameNetwork(String one, String other) {
        return network(one).equals(network(other)) && bits(one) == bits(other);
    }

    private static BigInteger network(String cidr) {
        byte[] address = address(cidr.substring(0, cidr.indexOf('/'))).getAddress();
        // The first bit stands for the family, so that no IPv4 network equals an IPv6 one.
        BigInteger number = new BigInteger(1, address).setBit(address.length * Byte.SIZE);
        return number.shiftRight(address.length * Byte.SIZE - bits(cidr));
    }

    private static int bits(String cidr) {
        return Integer.parseInt(cidr.substring(cidr.indexOf('/') + 1));
    }

    /** Whether the network is IPv6. */
    public boolean ipv6() {
        return cidr.indexOf(':') >= 0;
    }
}
