package dev.sallyport.cli.ssm.channel;

/** The other side sent what its protocol does not have. */
public final class MalformedMessage extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedMessage(String what) {
        super(what);
    }
}
