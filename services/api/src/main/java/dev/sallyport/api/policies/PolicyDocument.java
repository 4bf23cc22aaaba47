package dev.sallyport.api.policies;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A text with policies, under a name.
 *
 * @param text Cedar, at most {@value #MAX_LENGTH} characters
 */
public record PolicyDocument(String name, String text) {

    /** Characters. */
    public static final int MAX_LENGTH = 64 * 1024;

    /** Policies in one document. */
    public static final int MAX_POLICIES = 200;

    /** The name of the document that is in force from the start. */
    public static final String DEFAULT = "default";

    /** What is in force until somebody stores another {@link #DEFAULT}. */
    public static PolicyDocument builtIn() {
        return new PolicyDocument(DEFAULT, Cedar.resource("default.cedar"));
    }

    /**
     * One policy.
     *
     * @param id {@code <document>/<its annotation @id, or its number>}
     * @param advice its annotation {@code @advice}: what is said to who is denied by it; may be empty
     */
    record Entry(String id, String source, String advice) {}

    List<Entry> entries() {
        List<CedarText.Piece> pieces = CedarText.pieces(text);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            String source = pieces.get(i).source();
            String id = Cedar.annotation(source, "id");
            entries.add(new Entry(
                    name + "/" + (id.isEmpty() ? Integer.toString(i + 1) : id),
                    source,
                    Cedar.annotation(source, "advice")));
        }
        return entries;
    }

    /** What keeps the document from being used; empty when nothing does. */
    public List<Flaw> flaws() {
        if (text.length() > MAX_LENGTH) {
            return List.of(new Flaw(1, "a document has " + MAX_LENGTH + " characters at most", "make two of it"));
        }
        List<CedarText.Piece> pieces = CedarText.pieces(text);
        if (pieces.size() > MAX_POLICIES) {
            return List.of(new Flaw(1, "a document has " + MAX_POLICIES + " policies at most", "make two of it"));
        }
        List<Flaw> flaws = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (CedarText.Piece piece : pieces) {
            flaws.addAll(Cedar.flaws(piece.source(), piece.line()));
            String id = Cedar.annotation(piece.source(), "id");
            if (!id.isEmpty() && !ids.add(id)) {
                flaws.add(new Flaw(piece.line(), "a second policy has the @id \"" + id + "\"", "ids are unique"));
            }
        }
        return flaws;
    }
}
