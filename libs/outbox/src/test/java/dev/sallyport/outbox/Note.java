package dev.sallyport.outbox;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** Something that a service changes in the transactions in which it speaks. */
@Entity
class Note {

    @Id
    String id = "";

    String text = "";

    static Note of(String id) {
        Note note = new Note();
        note.id = id;
        note.text = "kept";
        return note;
    }
}
