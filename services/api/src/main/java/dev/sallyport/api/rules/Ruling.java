package dev.sallyport.api.rules;

import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.policies.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules as one call finds them, and what it asked of them. Used by one call at a time. */
public final class Ruling {

    private final Rulebook book;
    private final List<Evaluated> asked = new ArrayList<>();

    Ruling(Rulebook book) {
        this.book = book;
    }

    /** A question and its answer. */
    record Evaluated(Question question, Verdict verdict) {}

    /** What follows from it is done or refused: the answer is kept. */
    public Verdict ask(Question question) {
        Verdict verdict = book.ask(question);
        asked.add(new Evaluated(question, verdict));
        return verdict;
    }

    /** To show or to hide something: nothing is kept. */
    public Verdict look(Question question) {
        return book.ask(question);
    }

    public Optional<Terms> termsFor(Resource resource) {
        return book.termsFor(resource);
    }

    List<Evaluated> asked() {
        return asked;
    }
}
