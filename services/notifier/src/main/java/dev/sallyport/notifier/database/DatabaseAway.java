package dev.sallyport.notifier.database;

/** The control plane's database did not do what it was asked. Transient: whoever asked may ask again. */
public final class DatabaseAway extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseAway(String sqlState, Exception cause) {
        super("the notifier's database is out of reach (" + sqlState + ")", cause);
    }
}
