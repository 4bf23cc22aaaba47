package dev.sallyport.sandbox.aws;

import java.util.function.Consumer;

/** Writes the XML of the query protocols. */
final class Xml {

    private final StringBuilder text = new StringBuilder();

    /** An element with text; none at all for null. */
    Xml leaf(String name, @org.jspecify.annotations.Nullable Object value) {
        if (value != null) {
            text.append('<').append(name).append('>').append(escape(value.toString()));
            text.append("</").append(name).append('>');
        }
        return this;
    }

    /** An element with elements in it. */
    Xml node(String name, Consumer<Xml> content) {
        text.append('<').append(name).append('>');
        content.accept(this);
        text.append("</").append(name).append('>');
        return this;
    }

    /** The root element, with its name space. */
    static String document(String name, String namespace, Consumer<Xml> content) {
        Xml xml = new Xml();
        xml.text.append('<').append(name).append(" xmlns=\"").append(namespace).append("\">");
        content.accept(xml);
        return xml.text.append("</").append(name).append('>').toString();
    }

    private static String escape(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
