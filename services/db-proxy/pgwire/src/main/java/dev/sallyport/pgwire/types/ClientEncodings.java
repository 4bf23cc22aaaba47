package dev.sallyport.pgwire.types;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The Java character sets of PostgreSQL's client encodings (Character Set Support). */
public final class ClientEncodings {

    private ClientEncodings() {}

    /** The one of {@code clientEncoding}; ISO 8859-1, which loses no byte, where Java has none. */
    public static Charset charset(String clientEncoding) {
        String name = clientEncoding.toUpperCase(Locale.ROOT);
        String java = switch (name) {
            case "UTF8", "UNICODE" -> "UTF-8";
            case "LATIN1", "SQL_ASCII" -> "ISO-8859-1";
            case "LATIN2" -> "ISO-8859-2";
            case "LATIN3" -> "ISO-8859-3";
            case "LATIN4" -> "ISO-8859-4";
            case "LATIN5" -> "ISO-8859-9";
            case "LATIN7" -> "ISO-8859-13";
            case "LATIN9" -> "ISO-8859-15";
            case "ISO_8859_5" -> "ISO-8859-5";
            case "ISO_8859_6" -> "ISO-8859-6";
            case "ISO_8859_7" -> "ISO-8859-7";
            case "ISO_8859_8" -> "ISO-8859-8";
            case "EUC_JP" -> "EUC-JP";
            case "EUC_KR" -> "EUC-KR";
            case "EUC_CN" -> "GB2312";
            case "SJIS" -> "Shift_JIS";
            case "KOI8R" -> "KOI8-R";
            case "KOI8U" -> "KOI8-U";
            default -> name.startsWith("WIN") ? "windows-" + name.substring(3) : name;
        };
        try {
            return Charset.forName(java);
        } catch (IllegalArgumentException e) {
            return StandardCharsets.ISO_8859_1;
        }
    }
}
