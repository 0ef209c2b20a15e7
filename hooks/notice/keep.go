package notice

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/money"
)

// Kind is what a member is told of.
type Kind string

// What members are told of, by topic.
const (
	Applied      Kind = "applied"
	Approved     Kind = "approved"
	Refused      Kind = "application_refused"
	Activated    Kind = "activated"
	Preview      Kind = "preview" // of a month's deduction; to all on its list
	Deducted     Kind = "deducted"
	Corrected    Kind = "deduction_corrected"
	Claimed      Kind = "deduction_claimed"
	Answered     Kind = "objection_answered"
	Asked        Kind = "withdrawal_asked"
	Released     Kind = "withdrawal_released" // may be fetched at the till
	Paid         Kind = "withdrawal_paid"
	NotPaid      Kind = "withdrawal_refused"
	Lapsed       Kind = "withdrawal_lapsed"
	CreditOK     Kind = "credit_approved" // goods on credit, by the office; the till hands them over
	CreditKept   Kind = "credit_carried"  // the shift ended, and the next one hands them over
	CreditOver   Kind = "credit_ended"    // nothing comes of what was asked for
	GoodsBack    Kind = "credit_returned"
	BoughtBack   Kind = "sale_returned" // goods of an ordinary purchase
	MandateOn    Kind = "mandate_given"
	MandateOff   Kind = "mandate_revoked"
	BankChanged  Kind = "bank_changed" // from which the bank takes what is owed
	LeaveAsked   Kind = "leave_asked"
	LeaveNo      Kind = "leave_refused"
	HasLeft      Kind = "left"
	CardIssued   Kind = "card_issued"
	CardNext     Kind = "card_replaced"
	CardBlocked  Kind = "card_blocked"
	PinSet       Kind = "pin_set"
	PhoneAdded   Kind = "phone_added" // a phone that shows the card's code
	NewDevice    Kind = "device_new"
	CodeMade     Kind = "code_issued" // with which a password can be set
	PasswordSet  Kind = "password_set"
	KeyAdded     Kind = "passkey_added"
	KeyRemoved   Kind = "passkey_removed"
	LoginVoided  Kind = "login_voided"  // that somebody opened who was not known to be the person
	EmailChanged Kind = "email_changed" // by the office; goes to the address of before, too
	PhotoKept    Kind = "photo_kept"    // by the office
	PhotoRemoved Kind = "photo_removed"
)

// Topics are what a member may have by e-mail or not; card and login always come.
const (
	TopicJoining  = "joining"
	TopicPayroll  = "payroll"
	TopicSavings  = "savings"
	TopicMandate  = "mandate"
	TopicLeaving  = "leaving"
	TopicSecurity = "security"
)

// Topics in the order in which people read them; the last is not theirs to choose.
var Topics = []string{TopicJoining, TopicPayroll, TopicSavings, TopicMandate, TopicLeaving, TopicSecurity}

// trait is what is known of a kind.
type trait struct {
	topic string
	money bool // its amount is one, also when it is 0
	rest  bool // and what is left of it
	mute  bool // never by e-mail: the app shows it
}

var traits = map[Kind]trait{
	Applied: {topic: TopicJoining}, Approved: {topic: TopicJoining}, Refused: {topic: TopicJoining}, Activated: {topic: TopicJoining},
	Preview: {topic: TopicPayroll}, Deducted: {topic: TopicPayroll, money: true, rest: true}, Corrected: {topic: TopicPayroll, money: true}, Claimed: {topic: TopicPayroll, money: true}, Answered: {topic: TopicPayroll},
	CreditOK: {topic: TopicPayroll, money: true}, CreditKept: {topic: TopicPayroll, money: true}, CreditOver: {topic: TopicPayroll, money: true}, GoodsBack: {topic: TopicPayroll, money: true, rest: true}, BoughtBack: {topic: TopicPayroll, money: true, rest: true},
	Asked: {topic: TopicSavings, money: true}, Released: {topic: TopicSavings, money: true}, Paid: {topic: TopicSavings, money: true}, NotPaid: {topic: TopicSavings, money: true}, Lapsed: {topic: TopicSavings, money: true},
	MandateOn: {topic: TopicMandate, money: true}, MandateOff: {topic: TopicMandate},
	BankChanged: {topic: TopicSecurity},
	LeaveAsked:  {topic: TopicLeaving}, LeaveNo: {topic: TopicLeaving}, HasLeft: {topic: TopicLeaving, money: true, rest: true},
	CardIssued: {topic: TopicSecurity}, CardNext: {topic: TopicSecurity}, CardBlocked: {topic: TopicSecurity}, PinSet: {topic: TopicSecurity}, PhoneAdded: {topic: TopicSecurity},
	NewDevice: {topic: TopicSecurity}, CodeMade: {topic: TopicSecurity}, PasswordSet: {topic: TopicSecurity}, KeyAdded: {topic: TopicSecurity}, KeyRemoved: {topic: TopicSecurity},
	LoginVoided: {topic: TopicSecurity}, EmailChanged: {topic: TopicSecurity}, PhotoKept: {topic: TopicSecurity, mute: true}, PhotoRemoved: {topic: TopicSecurity, mute: true},
}

// Kinds are all that members are told of, in no order.
func Kinds() []Kind { return slices.Collect(maps.Keys(traits)) }

// Notice tells a member of an act; nothing in it is a name or a word.
type Notice struct {
	Member  int64 // 0: everybody on the list of the month that the subject names
	Kind    Kind
	Subject string // what it is about: a month, an act's key, a serial
	Amount  money.Rupiah
	Rest    money.Rupiah
	Before  string // an address besides the member's own that the letter goes to: a verified one of before, or the staff list's
}

// Keep lays a notice before a member, in the act that it tells of: one row, one prepared statement. Mail goes out
// later, beside the writer. Whoever calls it also tells those who listen (Tell).
func Keep(tx *act.Tx, app core.App, n Notice) error {
	t, known := traits[n.Kind]
	if !known {
		return fmt.Errorf("notice: nobody knows the kind %q", n.Kind)
	}
	var amount, rest any
	if t.money {
		amount = int64(n.Amount)
	}
	if t.rest {
		rest = int64(n.Rest)
	}
	mailed := !t.mute && app.Settings().SMTP.Enabled
	if mailed {
		tx.AfterCommit(func() { wake(app) })
	}
	insert := "INSERT INTO notices(member, kind, subject, amount, rest, mail, act) VALUES(?, ?, ?, ?, ?, ?, ?)"
	if n.Before == "" || !mailed {
		return tx.Exec(insert, n.Member, string(n.Kind), n.Subject, amount, rest, mailed, tx.ID())
	}
	var id int64
	if err := tx.ExecRow(insert+" RETURNING id", n.Member, string(n.Kind), n.Subject, amount, rest, mailed, tx.ID()).Scan(&id); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO notice_addresses(notice, email) VALUES(?, ?)", id, n.Before)
}

// KeepOnce lays a notice of a month before everybody on its list, the first time only.
func KeepOnce(tx *act.Tx, app core.App, kind Kind, period string) error {
	var there bool
	if err := tx.Row("SELECT EXISTS(SELECT 1 FROM notices WHERE member = 0 AND kind = ? AND subject = ?)", string(kind), period).Scan(&there); err != nil || there {
		return err
	}
	return Keep(tx, app, Notice{Kind: kind, Subject: period})
}

// News lays a notice before a member and tells the screens that listen.
func News(tx *act.Tx, app core.App, n Notice) error {
	Tell(tx, app, n.Member, "notice", "")
	return Keep(tx, app, n)
}

// EraseFor forgets, inside the act that erases a person, the addresses that letters were still to go to.
func EraseFor(tx *act.Tx, _ core.App, number int64) error {
	return tx.Exec("DELETE FROM notice_addresses WHERE notice IN (SELECT id FROM notices WHERE member = ?)", number)
}
