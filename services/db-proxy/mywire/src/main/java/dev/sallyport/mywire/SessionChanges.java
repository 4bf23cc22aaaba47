package dev.sallyport.mywire;

import java.util.function.Consumer;

/** The session state information behind an OK (MySQL internals, "Session State Information"). */
final class SessionChanges {

    private static final int SYSTEM_VARIABLE = 0;

    private SessionChanges() {}

    /** @param characterSet is told the new {@code character_set_client} */
    static void read(PayloadReader in, Consumer<String> characterSet) {
        in.skipLenenc();
        if (in.remaining() == 0) {
            return;
        }
        in.lenenc();
        while (in.remaining() > 0) {
            int type = in.u8();
            if (type == SYSTEM_VARIABLE) {
                in.skipLenencInteger();
                String name = in.lenencText();
                String value = in.lenencText();
                if (name.equals("character_set_client")) {
                    characterSet.accept(value);
                }
            } else {
                in.skipLenenc();
            }
        }
    }
}
