package dev.sallyport.api.dbroles;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IPv4 or IPv6 network (RFC 4632, RFC 4291): as it was written, and how many bits of it are fixed. */
record Cidr(String text, int prefixBits) {

    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]{2,45})/(0|[1-9]\\d{0,2})");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})(?:\\.(?!$)|$)){4}");

    /** Empty when it is no network, or an address in one. */
    static Optional<Cidr> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String address = parts.group(1);
        if (!address.contains(":") && !IPV4.matcher(address).matches()) {
            return Optional.empty();
        }
        return bytes(address).flatMap(bytes -> network(text, bytes, Integer.parseInt(parts.group(2))));
    }

    private static Optional<Cidr> network(String text, byte[] address, int prefixBits) {
        int hostBits = address.length * 8 - prefixBits;
        if (hostBits < 0) {
            return Optional.empty();
        }
        BigInteger hosts = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.ONE);
        boolean isNetwork = new BigInteger(1, address).and(hosts).signum() == 0;
        return isNetwork ? Optional.of(new Cidr(text, prefixBits)) : Optional.empty();
    }

    private static Optional<byte[]> bytes(String literal) {
        try {
            return Optional.of(InetAddress.ofLiteral(literal).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
