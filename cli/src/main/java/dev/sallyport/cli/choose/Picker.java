package dev.sallyport.cli.choose;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Notice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * A list to choose from: what is typed narrows it, arrows move, Enter chooses, Ctrl-C and Escape leave. It draws over itself
 * below the cursor and wipes itself away; what was chosen is for the caller to say.
 */
public final class Picker {

    private static final int MOST_ROWS = 12;
    private static final long ESCAPE_MILLIS = 100;
    private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;

    private enum Key {
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        RUB_OUT,
        CLEAR,
        ENTER,
        LEAVE,
        TEXT
    }

    private final String question;
    private final String header;
    private final boolean coloured;
    private Shortlist list;

    private Picker(String question, String header, List<String> lines) {
        this.question = question;
        this.header = header;
        this.list = Shortlist.of(lines);
        this.coloured = Notice.coloured();
    }

    /**
     * Asks for one of {@code lines} at the terminal that this process runs in.
     *
     * @param header above the lines; they stand in its columns
     * @return the chosen line's index; empty when the person left without choosing
     */
    public static OptionalInt choose(String question, String header, List<String> lines) {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(false).build()) {
            return new Picker(question, header, lines).run(terminal);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "this terminal cannot show a list to choose from: name what you want by its flags");
        }
    }

    private OptionalInt run(Terminal terminal) {
        Attributes before = terminal.enterRawMode();
        // Ctrl-C comes as a key, so that the list is wiped away and the terminal left as it was.
        Attributes raw = terminal.getAttributes();
        raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(raw);
        Display display = new Display(terminal, false);
        try {
            terminal.puts(Capability.keypad_xmit);
            return read(terminal, display);
        } finally {
            display.update(List.of(), 0);
            terminal.puts(Capability.keypad_local);
            terminal.flush();
            terminal.setAttributes(before);
        }
    }

    private OptionalInt read(Terminal terminal, Display display) {
        BindingReader keys = new BindingReader(terminal.reader());
        KeyMap<Key> map = keyMap(terminal);
        while (true) {
            draw(terminal, display);
            Key key = keys.readBinding(map, null, true);
            if (key == null || key == Key.LEAVE) {
                return OptionalInt.empty();
            }
            if (key == Key.ENTER && !list.left().isEmpty()) {
                return OptionalInt.of(list.left().get(list.at()));
            }
            list = pressed(key, keys.getLastBinding());
        }
    }

    private Shortlist pressed(Key key, String text) {
        return switch (key) {
            case UP -> list.move(-1);
            case DOWN -> list.move(1);
            case PAGE_UP -> list.move(-MOST_ROWS);
            case PAGE_DOWN -> list.move(MOST_ROWS);
            case RUB_OUT -> list.rubOut();
            case CLEAR -> list.clear();
            case TEXT -> text.codePoints().anyMatch(Character::isISOControl) ? list : list.type(text);
            case ENTER, LEAVE -> list;
        };
    }

    private void draw(Terminal terminal, Display display) {
        int columns = Math.max(20, terminal.getWidth());
        int height = Math.max(6, terminal.getHeight());
        int rows = Math.min(MOST_ROWS, height - 4);
        display.resize(height, columns);
        List<Integer> left = list.left();
        List<AttributedString> lines = new ArrayList<>();
        lines.add(new AttributedStringBuilder()
                .styled(bold(), "? " + question + " ")
                .append(styled(list.filter(), PLAIN, columns))
                .toAttributedString()
                .columnSubSequence(0, columns - 1));
        lines.add(styled("  " + header, bold(), columns));
        int top = list.top(rows);
        for (int row = top; row < Math.min(left.size(), top + rows); row++) {
            boolean pointed = row == list.at();
            lines.add(styled((pointed ? "> " : "  ") + list.lines().get(left.get(row)), pointed(pointed), columns));
        }
        lines.add(styled("  " + footer(left.size()), faint(), columns));
        display.update(lines, lines.getFirst().columnLength());
    }

    private String footer(int left) {
        return left == 0
                ? "nothing is called so; Backspace takes a letter back"
                : left + " of " + list.lines().size() + "; type to narrow, arrows and Enter choose, Esc leaves";
    }

    private static AttributedString styled(String text, AttributedStyle style, int columns) {
        AttributedStringBuilder line = new AttributedStringBuilder();
        line.styled(style, text.replaceAll("\\p{Cntrl}", "�"));
        return line.toAttributedString().columnSubSequence(0, columns - 1);
    }

    private AttributedStyle bold() {
        return coloured ? PLAIN.bold() : PLAIN;
    }

    private AttributedStyle faint() {
        return coloured ? PLAIN.faint() : PLAIN;
    }

    private AttributedStyle pointed(boolean yes) {
        return yes && coloured ? PLAIN.foreground(AttributedStyle.CYAN) : PLAIN;
    }

    private static KeyMap<Key> keyMap(Terminal terminal) {
        KeyMap<Key> map = new KeyMap<>();
        map.setAmbiguousTimeout(ESCAPE_MILLIS);
        map.setNomatch(Key.TEXT);
        map.setUnicode(Key.TEXT);
        map.bind(Key.UP, KeyMap.key(terminal, Capability.key_up), KeyMap.ctrl('P'), "\u001b[A");
        map.bind(Key.DOWN, KeyMap.key(terminal, Capability.key_down), KeyMap.ctrl('N'), "\u001b[B", "\t");
        map.bind(Key.PAGE_UP, KeyMap.key(terminal, Capability.key_ppage), "\u001b[5~");
        map.bind(Key.PAGE_DOWN, KeyMap.key(terminal, Capability.key_npage), "\u001b[6~");
        map.bind(Key.RUB_OUT, KeyMap.del(), KeyMap.ctrl('H'));
        map.bind(Key.CLEAR, KeyMap.ctrl('U'));
        map.bind(Key.ENTER, "\r", "\n");
        map.bind(Key.LEAVE, KeyMap.ctrl('C'), KeyMap.ctrl('D'), KeyMap.esc());
        for (char character = ' '; character < KeyMap.KEYMAP_LENGTH - 1; character++) {
            map.bind(Key.TEXT, String.valueOf(character));
        }
        return map;
    }
}
