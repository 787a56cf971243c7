mod delivery;
mod history;
mod hosts;
mod records;
mod runs;
mod tasks;

use std::fmt;

use masthead_frontier::StoreError;

use super::{Bench, Place};

/// A rule that a store breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's name.
    pub rule: &'static str,
    /// What was found.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.what)
    }
}

/// What a rule found wrong.
struct Broken(String);

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(format!("the store failed: {error} ({error:?})"))
    }
}

type Kept = Result<(), Broken>;

macro_rules! must {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err(Broken(format!($($what)+)));
        }
    };
}

macro_rules! same {
    ($found:expr, $expected:expr, $what:literal) => {
        let (found, expected) = (&$found, &$expected);
        if found != expected {
            return Err(Broken(format!("{}: found {found:?}, expected {expected:?}", $what)));
        }
    };
}

use {must, same};

macro_rules! judge {
    ($make:ident: $($module:ident { $($rule:ident)+ })+) => {{
        let mut violations = Vec::new();
        $($(
            if let Err(Broken(what)) = $module::$rule(Bench::new($make())).await {
                violations.push(Violation { rule: stringify!($rule), what });
            }
        )+)+
        violations
    }};
}

/// Runs every rule of the contract, each on a place of its own from `make`, and returns what was broken.
pub async fn frontier_contract(make: impl Fn() -> Box<dyn Place>) -> Vec<Violation> {
    judge! { make:
        tasks {
            a_url_is_added_once_for_each_purpose
            tasks_come_by_priority_then_in_order
            what_several_pages_say_comes_together
            a_retry_waits_and_is_not_lost
            an_outcome_is_committed_once
            a_task_of_another_host_is_refused
            a_commit_is_all_or_nothing
            links_of_a_page_come_with_its_outcome
            counts_follow_what_happens
            reasons_are_counted
        }
        hosts {
            a_leased_host_is_not_claimed_again
            a_claim_takes_no_more_than_it_wants
            an_expired_lease_is_fenced_once_another_has_the_host
            an_expired_lease_holds_until_then
            a_released_lease_is_fenced
            extending_and_committing_prolong_a_lease
            a_host_waits_for_its_clock
            a_silent_host_stays_silent
            a_silence_outlasts_a_lease
            the_host_that_is_due_longest_comes_first
            leases_of_a_dead_owner_are_free_at_once
            a_host_that_was_leased_at_a_crash_keeps_its_pace
            hosts_are_told_by_what_waits
            a_clock_set_back_lengthens_nothing
            robots_are_remembered_with_their_age
        }
        records {
            unchanged_content_emits_nothing
            changed_content_emits_a_revision
            a_record_belongs_to_one_page_a_round
            another_page_may_give_a_record_in_a_later_round
            a_whole_record_replaces_an_incomplete_one
            a_removed_record_is_said_once
            an_item_is_kept_as_it_was
        }
        delivery {
            numbers_rise_and_are_never_used_again
            an_outbox_over_its_limit_stops_claims
            a_new_sink_starts_at_the_end
            items_are_kept_until_every_sink_has_them
            a_read_is_bounded
            an_unknown_sink_is_refused
            a_cursor_may_go_back
            dead_letters_are_kept_once
            a_new_stream_keeps_items_and_numbers
            a_reader_is_woken
        }
        runs {
            a_first_run_is_first
            an_unfinished_crawl_goes_on
            a_finished_crawl_looks_again
            only_pages_that_name_articles_renew_them
            a_finished_crawl_may_stay_finished
            an_unchanged_page_names_what_it_named
            what_is_put_off_holds_up_no_new_look
            an_earlier_look_is_remembered
            a_state_belongs_to_one_crawl
            notes_are_kept
            everything_outlives_a_crash
        }
        history {
            observations_of_a_moment_add_up
            old_observations_are_folded
            samples_are_bounded
        }
    }
}
