package dev.sallyport.mywire;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** MySQL's character sets in Java. */
public final class CharacterSets {

    private CharacterSets() {}

    /** The character set of MySQL's {@code name}; UTF-8 for one that Java lacks. */
    static Charset named(String name) {
        return switch (name) {
            // MySQL's latin1 is Windows-1252.
            case "latin1" -> of("windows-1252");
            case "latin2" -> of("ISO-8859-2");
            case "cp1250", "cp1251", "cp1256", "cp1257" -> of("windows-" + name.substring(2));
            case "koi8r" -> of("KOI8-R");
            case "sjis", "cp932" -> of("windows-31j");
            case "ujis" -> of("EUC-JP");
            case "euckr" -> of("EUC-KR");
            case "gbk" -> of("GBK");
            case "gb18030" -> of("GB18030");
            case "big5" -> of("Big5");
            default -> StandardCharsets.UTF_8;
        };
    }

    /** The character set of a collation as logins name it. */
    public static Charset ofCollation(int id) {
        return switch (id) {
            case 5, 8, 15, 31, 47, 48, 49, 94 -> named("latin1");
            case 2, 9, 21, 27, 77 -> named("latin2");
            case 14, 23, 50, 51, 52 -> named("cp1251");
            case 7, 74 -> named("koi8r");
            case 13, 88, 95, 96 -> named("sjis");
            case 12, 91 -> named("ujis");
            case 19, 85 -> named("euckr");
            case 28, 87 -> named("gbk");
            case 248, 249, 250 -> named("gb18030");
            case 1, 84 -> named("big5");
            default -> StandardCharsets.UTF_8;
        };
    }

    private static Charset of(String name) {
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
