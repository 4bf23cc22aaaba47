package dev.sallyport.api.access;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.rules.BuiltIn;
import dev.sallyport.api.rules.Rulebook;
import dev.sallyport.api.rules.Terms;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** The terms that a request or a grant was made with, in its row. */
@ApplicationScoped
class StoredTerms {

    private final BuiltIn builtIn;

    StoredTerms(BuiltIn builtIn) {
        this.builtIn = builtIn;
    }

    static String write(Terms terms) {
        return StoredJson.write(terms);
    }

    /** @param json null for rows of before there were workflows: the built-in terms were theirs */
    Terms read(@Nullable String json) {
        return json == null
                ? new Terms(Rulebook.DEFAULT, 0, builtIn.workflow())
                : StoredJson.read(json, new TypeReference<>() {});
    }
}
