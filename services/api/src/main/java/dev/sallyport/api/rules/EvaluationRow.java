package dev.sallyport.api.rules;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** One answer of the policies. */
@Entity(name = "AccessEvaluation")
@Table(name = "access_evaluation")
@SuppressWarnings("NullAway.Init")
class EvaluationRow extends PanacheEntityBase {

    @Id
    String id;

    @Column(name = "evaluated_at")
    Instant evaluatedAt;

    String subject;

    @Column(name = "person_name")
    String personName;

    @Column(name = "person_email")
    String personEmail;

    String action;
    String target;
    String role;

    @Column(name = "owner_subject")
    String ownerSubject;

    boolean allowed;
    String why;
    String[] policies;
}
