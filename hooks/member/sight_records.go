package member

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
)

// What PocketBase's own pages and routes show of members, in its dashboard first of all, counts like what ours show.

const (
	viaRecord = "record" // one row in the dashboard
	viaPaper  = "paper"
	whyOffice = "dashboard"
	// aroundSave is outside of whatever else a save brings with it.
	aroundSave = -1
)

// personal says whether a collection's rows are of members: it names them, or the file of what they signed or sent.
func personal(c *core.Collection) bool {
	if slices.Contains([]string{"members", "employees", "paper_files", "objection_photos", "member_photos"}, c.Name) {
		return true
	}
	return relates(c, "member") || relates(c, "employee")
}

func relates(c *core.Collection, name string) bool {
	field := c.Fields.GetByName(name)
	return field != nil && field.Type() == core.FieldTypeRelation
}

// byEmployee finds whoever of the staff list is a member.
const byEmployee = "SELECT CAST(number AS INTEGER) FROM members WHERE employee = ? ORDER BY number DESC LIMIT 1"

// memberOf is the number of the member whose row a record is, 0 for nobody's.
func memberOf(r act.Reader, record *core.Record) (number int64) {
	query, value := "", record.GetString("member")
	switch record.Collection().Name {
	case "members":
		return int64(record.GetInt("number"))
	case "member_photos":
		return int64(record.GetInt("member"))
	case "employees":
		query, value = byEmployee, record.Id
	case "paper_files":
		query, value = "SELECT member FROM signed_papers WHERE id = CAST(? AS INTEGER)", record.GetString("paper")
	case "objection_photos":
		query, value = "SELECT member FROM objections WHERE act = CAST(? AS INTEGER)", record.GetString("objection")
	case "payment_vouchers":
		return VoucherOf(r, record.Id)
	default:
		query = "SELECT CAST(number AS INTEGER) FROM members WHERE id = ?"
		if !relates(record.Collection(), "member") {
			query, value = byEmployee, record.GetString("employee")
		}
	}
	if value == "" || r.Row(query, value).Scan(&number) != nil {
		return 0
	}
	return number
}

// VoucherOf is the member whom a voucher was kept for: paid out, paid back, or who paid a debt; 0: nobody's.
func VoucherOf(r act.Reader, id string) (number int64) {
	if r.Row("SELECT CAST(target AS INTEGER) FROM treasury_moves WHERE voucher = ? AND kind IN ('leaver', 'refund', 'debt') LIMIT 1", id).Scan(&number) != nil {
		return 0
	}
	return number
}

// office says whether somebody works for the co-op; members see what is theirs.
func office(by act.Actor) bool { return by.Role != act.Member && by.Role != act.Nobody }

func bindRecordSightings(app core.App) {
	app.OnRecordViewRequest().BindFunc(func(e *core.RecordRequestEvent) error {
		err := e.Next()
		if err == nil {
			showed(e.App, e.Auth, e.Record)
		}
		return err
	})
	app.OnRecordsListRequest().BindFunc(func(e *core.RecordsListRequestEvent) error {
		err := e.Next()
		switch by := act.ActorOf(e.Auth); {
		case err != nil:
		case office(by) && asksOfOthers(e.Request.URL.Query()): // which rows come tells of members, whatever rows they are
			seeLater(e.App, by, web.Seen{Sight: ofRecords(web.Listed)})
		default:
			showed(e.App, e.Auth, e.Records...)
		}
		return err
	})
	app.OnFileDownloadRequest("paper_files", "objection_photos", "member_photos", "payment_vouchers").BindFunc(func(e *core.FileDownloadRequestEvent) error {
		number, by, via := memberOf(act.Read(e.App), e.Record), fileActor(e), viaPaper
		if e.Collection.Name == "payment_vouchers" {
			via = "voucher"
		}
		if office(by) && number > 0 {
			if err := See(e.App, by, web.Seen{Sight: web.Sight{Action: web.Exported, Via: via, Why: whyOffice}, Member: number}); err != nil {
				return err
			}
		}
		return e.Next()
	})
	app.OnRealtimeSubscribeRequest().BindFunc(func(e *core.RealtimeSubscribeRequestEvent) error {
		err := e.Next()
		if by := act.ActorOf(e.Auth); err == nil && office(by) {
			for _, topic := range e.Subscriptions {
				listensTo(e.App, by, topic)
			}
		}
		return err
	})
	all := &edits{}
	app.OnRecordUpdateRequest("members", "employees").BindFunc(all.begin)
	answers := func(e *core.RecordRequestEvent) error { // a save answers with the record, and what it is asked to bring along
		unchanged := !personal(e.Collection) || len(changedFields(e.Record)) == 0
		err := e.Next()
		if err == nil && unchanged {
			showed(e.App, e.Auth, e.Record)
		}
		return err
	}
	app.OnRecordUpdateRequest().BindFunc(answers)
	app.OnRecordCreateRequest().BindFunc(answers)
	app.OnRecordUpdateExecute("members", "employees").Bind(&hook.Handler[*core.RecordEvent]{Func: all.keep, Priority: aroundSave})
}

// ofRecords is the sight of what PocketBase's own routes show.
func ofRecords(action web.Action) web.Sight {
	return web.Sight{Action: action, Via: viaRecord, Why: whyOffice}
}

// asksOfOthers says whether a question reaches from its collection into the rows that point to it, or into any other.
func asksOfOthers(query url.Values) bool {
	return slices.ContainsFunc([]string{"filter", "sort"}, func(name string) bool {
		return strings.Contains(query.Get(name), "_via_") || strings.Contains(query.Get(name), "@collection.")
	})
}

// mostLooks bounds the look-ups of whose the rows of one answer are.
const mostLooks = 20

// showed writes down whose rows an answer holds, with those that it brings along (expand). Rows of one person, however
// many, open that person's data.
func showed(app core.App, auth *core.Record, records ...*core.Record) {
	by := act.ActorOf(auth)
	if !office(by) {
		return
	}
	r, whose, looked := act.Read(app), map[int64]bool{}, map[string]bool{}
	for i := 0; i < len(records) && len(whose) < 2 && len(looked) < mostLooks; i++ {
		for _, more := range records[i].Expand() {
			switch more := more.(type) {
			case *core.Record:
				records = append(records, more)
			case []*core.Record:
				records = append(records, more...)
			}
		}
		c := records[i].Collection()
		key := c.Name + "/" + records[i].Id
		if relates(c, "member") {
			key = "members/" + records[i].GetString("member")
		}
		if !personal(c) || looked[key] {
			continue
		}
		looked[key] = true
		if number := memberOf(r, records[i]); number > 0 {
			whose[number] = true
		}
	}
	switch {
	case len(whose) == 1 && len(looked) < mostLooks:
		for number := range whose {
			seeLater(app, by, web.Seen{Sight: ofRecords(web.Opened), Member: number})
		}
	case len(whose) > 0 || len(looked) == mostLooks:
		seeLater(app, by, web.Seen{Sight: ofRecords(web.Listed)})
	}
}

// listensTo writes down that somebody hears of each change of a collection, or of one record, with what it holds.
func listensTo(app core.App, by act.Actor, topic string) {
	topic, options, _ := strings.Cut(topic, "?")
	name, id, _ := strings.Cut(topic, "/")
	c, err := app.FindCachedCollectionByNameOrId(name)
	brought := strings.Contains(options, "_via_") // rows that point to it come along
	if err != nil || !personal(c) && !brought || c.IsView() {
		return
	}
	seen := web.Seen{Sight: ofRecords(web.Listed)}
	if id != "" && id != "*" && !brought {
		record, err := app.FindRecordById(c, id)
		if err != nil {
			return
		}
		seen.Action, seen.Member = web.Opened, memberOf(act.Read(app), record)
		if seen.Member == 0 {
			return
		}
	}
	seeLater(app, by, seen)
}

// fileActor is who holds the token of a protected file, which stands in the address.
func fileActor(e *core.FileDownloadRequestEvent) act.Actor {
	if token := e.Request.URL.Query().Get("token"); token != "" {
		if who, err := e.App.FindAuthRecordByToken(token, core.TokenTypeFile); err == nil {
			return act.ActorOf(who)
		}
	}
	return act.ActorOf(e.Auth)
}

// edits are the saves by hand that are under way, by their record.
type edits struct{ by sync.Map }

type edit struct {
	by     act.Actor
	seen   web.Seen
	before string // the address that letters went to until now; empty where none did
}

// begin notes who edits what of a member, before the save: which fields, never what they were or are. What only an act
// may change has acts of its own.
func (all *edits) begin(e *core.RecordRequestEvent) error {
	number, by := memberOf(act.Read(e.App), e.Record), act.ActorOf(e.Auth)
	if fields := changedFields(e.Record); number > 0 && len(fields) > 0 && office(by) {
		it := edit{by: by, seen: web.Seen{Sight: web.Sight{Action: web.Changed, Via: viaRecord, Why: whyOffice}, Member: number, Fields: strings.Join(fields, ",")}}
		if before := e.Record.Original(); e.Collection.Name == "members" && before.Verified() {
			it.before = before.Email()
		}
		all.by.Store(e.Record, it)
		defer all.by.Delete(e.Record)
	}
	return e.Next()
}

// keep saves what somebody edited in an act that also says who it was, and tells the member: a save without its row
// is not possible, whenever the server dies. Everything that refuses has refused before.
func (all *edits) keep(e *core.RecordEvent) error {
	stored, ours := all.by.LoadAndDelete(e.Record)
	if !ours {
		return e.Next()
	}
	it, app := stored.(edit), e.App
	defer func() { e.App = app }()
	_, _, err := act.DoWithRecords(e.Context, app, act.Act{Kind: "member.edit", Key: ulid.New(), By: it.by, Input: it.seen}, func(tx *act.Tx) (struct{}, error) {
		e.App = tx.App()
		if err := e.Next(); err != nil {
			return struct{}{}, err
		}
		if err := it.tell(tx, app, e.Record.Collection().Name); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, noteSighting(tx, it.seen, tx.Today())
	})
	return err
}

// tell lays before the member what could be somebody else's way in: another password, another address. The latter also
// goes to the address of before, for whoever changed it reads the new one.
func (it edit) tell(tx *act.Tx, app core.App, collection string) error {
	changed := strings.Split(it.seen.Fields, ",")
	if collection != "members" {
		return nil
	}
	if slices.Contains(changed, "password") { // by an act of its own it is told there
		if err := notice.News(tx, app, notice.Notice{Member: it.seen.Member, Kind: notice.PasswordSet}); err != nil {
			return err
		}
	}
	if slices.Contains(changed, "email") {
		return notice.News(tx, app, notice.Notice{Member: it.seen.Member, Kind: notice.EmailChanged, Before: it.before})
	}
	return nil
}

// notByHand are the fields that PocketBase moves by itself, and those that change by acts of their own.
var notByHand = []string{"created", "updated", "tokenKey", "work_unit", "grade", "channel", "pay_rupiah"}

// changedFields names the fields that differ from what is stored.
func changedFields(record *core.Record) (names []string) {
	before := record.Original()
	for _, field := range record.Collection().Fields {
		name := field.GetName()
		if !slices.Contains(notByHand, name) && record.GetString(name) != before.GetString(name) {
			names = append(names, strings.ToLower(name))
		}
	}
	return names
}
