package member

import (
	"context"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/ledger"
)

// Checks are what verify asks of the register of members.
func Checks() []ledger.Check {
	return []ledger.Check{{Name: "cards", Run: checkCards}, {Name: "consent", Run: checkConsent}, {Name: "leavers", Run: checkLeavers}}
}

// State is what the register keeps of the log of cards: the serial that a member's card has.
func State() []ledger.Kept {
	return []ledger.Kept{{Table: "members", Held: true, Key: []string{"number"}, Values: []string{"card_serial"},
		Rows: `SELECT m.number, coalesce((SELECT max(i.serial) FROM card_events i WHERE i.member = m.number AND i.kind = 'issue'
			AND NOT EXISTS(SELECT 1 FROM card_events x WHERE x.member = i.member AND x.serial = i.serial AND x.kind = 'revoke')), 0) FROM members m`}}
}

// checkConsent asks of every member for the consent that was recorded before: nobody is made one (UU 25/1992,
// Ps 5), however a list came in. An approved application has its signed paper.
func checkConsent(ctx context.Context, r act.Reader) (checked int, findings []string, err error) {
	f := ledger.NewFindings(ctx)
	if err := r.Row("SELECT count(*) FROM members WHERE status = 'active'").Scan(&checked); err != nil {
		return 0, nil, err
	}
	if err := f.Each(r, "verify.consent_missing", `SELECT m.number FROM members m WHERE m.status = 'active'
		AND NOT EXISTS(SELECT 1 FROM member_events e WHERE e.member = m.number AND e.kind = 'consented') ORDER BY m.number`, nil, "member"); err != nil {
		return checked, nil, err
	}
	err = f.Each(r, "verify.consent_unsigned", `SELECT a.member FROM applications a LEFT JOIN signed_papers p ON p.id = a.consent AND p.member = a.member AND p.kind = 'consent'
		WHERE p.id IS NULL ORDER BY a.member`, nil, "member")
	return checked, f.List(), err
}

// checkCards compares the card that each member's record names with the log of cards: the last serial
// issued and not revoked, and never two at once. A serial is revoked only after it was issued.
func checkCards(ctx context.Context, r act.Reader) (checked int, findings []string, err error) {
	f := ledger.NewFindings(ctx)
	if err := r.Row("SELECT count(*) FROM members").Scan(&checked); err != nil {
		return 0, nil, err
	}
	valid := `SELECT i.member, i.serial FROM card_events i WHERE i.kind = 'issue'
		AND NOT EXISTS(SELECT 1 FROM card_events x WHERE x.member = i.member AND x.serial = i.serial AND x.kind = 'revoke')`
	if err := f.Each(r, "verify.card_serial", `SELECT m.number, CAST(m.card_serial AS INT), coalesce(v.serial, 0) FROM members m
		LEFT JOIN (SELECT member, max(serial) AS serial FROM (`+valid+`) GROUP BY member) v ON v.member = m.number
		WHERE m.card_serial <> coalesce(v.serial, 0) OR (m.status = 'active') <> (v.serial IS NOT NULL) ORDER BY m.number`, nil, "member", "kept", "real"); err != nil {
		return checked, nil, err
	}
	if err := f.Each(r, "verify.card_twice", `SELECT member, count(*) FROM (`+valid+`) GROUP BY member HAVING count(*) > 1 ORDER BY member`, nil, "member", "cards"); err != nil {
		return checked, nil, err
	}
	if err := f.Each(r, "verify.card_astray", `SELECT x.member, x.serial FROM card_events x WHERE x.kind = 'revoke'
		AND NOT EXISTS(SELECT 1 FROM card_events i WHERE i.member = x.member AND i.serial = x.serial AND i.kind = 'issue') ORDER BY x.member, x.serial`, nil, "member", "serial"); err != nil {
		return checked, nil, err
	}
	err = checkPhones(r, f)
	return checked, f.List(), err
}

// checkLeavers holds every settlement to its entry and to the register: what was held and set off is what the
// entry moved, whoever was settled has left, and nothing saved stays behind under the number.
func checkLeavers(ctx context.Context, r act.Reader) (checked int, findings []string, err error) {
	f := ledger.NewFindings(ctx)
	if err := r.Row("SELECT count(*) FROM leavings").Scan(&checked); err != nil {
		return 0, nil, err
	}
	if err := f.Each(r, "verify.leaver_entry", `SELECT v.member, v.savings - v.offset, coalesce(-(SELECT sum(l.amount) FROM journal_lines l WHERE l.entry = v.entry AND l.account = ?), 0) AS moved
		FROM leavings v WHERE moved <> v.savings - v.offset ORDER BY v.member`, []any{ledger.LeaverPayable}, "member", "kept", "real"); err != nil {
		return checked, nil, err
	}
	if err := f.Each(r, "verify.leaver_stays", `SELECT v.member, m.status FROM leavings v JOIN members m ON m.number = v.member WHERE m.status <> 'left' ORDER BY v.member`, nil, "member", "status"); err != nil {
		return checked, nil, err
	}
	err = f.Each(r, "verify.leaver_saves", `SELECT v.member, b.account, -b.amount FROM leavings v JOIN parties p ON p.kind = 'member' AND p.ref = CAST(v.member AS TEXT)
		JOIN party_balances b ON b.party = p.id AND b.amount <> 0 WHERE b.account IN (?, ?, ?) ORDER BY v.member`,
		[]any{ledger.PrincipalSavings, ledger.MandatorySavings, ledger.VoluntarySavings}, "member", "account", "real")
	return checked, f.List(), err
}

// checkPhones holds each certificate against the card it was given for, which must have been alive then, and
// against how long it may run; and each code that was used against its sale or payout, which must be its member's.
func checkPhones(r act.Reader, f *ledger.Findings) error {
	if err := f.Each(r, "verify.card_certificate", `SELECT d.member, c.serial, c.id FROM card_certificates c LEFT JOIN card_devices d ON d.id = c.device LEFT JOIN acts a ON a.id = c.act
		WHERE c.expires <> a.at / 86400000 + ? OR a.id IS NULL OR d.id IS NULL
			OR NOT EXISTS(SELECT 1 FROM card_events i WHERE i.member = d.member AND i.serial = c.serial AND i.kind = 'issue' AND i.act <= c.act)
			OR EXISTS(SELECT 1 FROM card_events x WHERE x.member = d.member AND x.serial = c.serial AND x.kind = 'revoke' AND x.act < c.act)
		ORDER BY c.id`, []any{CertificateDays}, "member", "serial", "certificate"); err != nil {
		return err
	}
	return f.Each(r, "verify.card_use", `SELECT d.member, coalesce(s.member, w.member, 0), u.sale FROM card_uses u LEFT JOIN card_devices d ON d.id = u.device
		LEFT JOIN sales s ON s.act = u.sale LEFT JOIN withdrawal_steps p ON p.act = u.sale AND p.step = 'paid' LEFT JOIN withdrawals w ON w.act = p.withdrawal
		WHERE coalesce(s.member, w.member) IS NOT d.member OR d.member IS NULL ORDER BY u.sale`, nil, "member", "buyer", "sale")
}
