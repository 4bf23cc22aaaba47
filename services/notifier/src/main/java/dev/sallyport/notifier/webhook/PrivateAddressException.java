package dev.sallyport.notifier.webhook;

import java.io.IOException;

/** A webhook's name led to an address in a private network. */
final class PrivateAddressException extends IOException {

    private static final long serialVersionUID = 1L;

    PrivateAddressException() {
        super("a private address");
    }
}
