package member

import (
	"net/http"
	"slices"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/web"
)

// ownerOrManager may see a member's card.
var ownerOrManager = []act.Role{act.Member, act.Manager}

// For what work members' data is shown.
const (
	whyMembers = "members"
	whyCards   = "cards"
	whyLeaving = "leaving"
)

// Bodies of acts: the act's own input, its key, and words that are kept apart.
type (
	LeaveBody struct {
		ID string `json:"id"`
		Leave
		Note string `json:"note,omitempty"`
	}
	ReasonBody struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
)

// Routes lists what the register of members offers.
func Routes() []web.Route {
	return slices.Concat(bankRoutes(), photoRoutes(), sightingRoutes(), []web.Route{
		web.Get("/api/coop/members", web.Bookkeepers, "The register of members, by number.", func(c *web.Call) (Listing, error) {
			limit, err := c.Limit(50, 200)
			if err != nil {
				return Listing{}, err
			}
			after, err := c.Number("after")
			if err != nil {
				return Listing{}, err
			}
			page, err := List(act.Read(c.App), Wanted{c.Query("search"), c.Query("status"), after, limit})
			if len(page.Members) == 1 { // whoever looks for one person has found that person
				c.Saw(page.Members[0].Number)
			}
			return page, err
		}).Shows(web.Listed, "register", whyMembers),
		web.Get("/api/coop/members/cards", web.Managers, "The cards of active members and when they were printed.", listCards).Shows(web.Listed, "cards", whyCards),
		web.PostFile("/api/coop/members/cards/sheets", web.Managers, "Sheets of cards as PDF, at most a thousand cards a file; the header Coop-Next says where the next file begins.", printSheets),
		web.Post("/api/coop/members/invite", web.Managers, "Invites people of the staff list.", func(c *web.Call, key string, in Invite) (Invitations, bool, error) {
			return InviteEmployees(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/members/join", web.Managers, "Makes invited people members under their consent and mandate.", func(c *web.Call, key string, in Join) (Joined, bool, error) {
			return JoinMembers(c.Request.Context(), c.App, key, c.By, c.Language(), in)
		}),
		web.Post("/api/coop/members/{number}/card", web.Managers, "Kills a member's card and issues the next.", numbered(func(c *web.Call, key string, number int64, in ReplaceCard) (Replaced, bool, error) {
			return GiveNewCard(c.Request.Context(), c.App, key, c.By, number, in)
		})),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.svg", ownerOrManager, "The card's code as SVG.", showCardSVG).Shows(web.Exported, "card", whyCards),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.png", ownerOrManager, "The card's code as PNG.", showCardPNG).Shows(web.Exported, "card", whyCards),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.pdf", ownerOrManager, "The card as PDF, to print on both sides.", showCardPDF).Shows(web.Exported, "card", whyCards),
		web.Post("/api/coop/members/{number}/mandate", web.Managers, "Grants or revokes a payroll mandate.", numbered(func(c *web.Call, key string, number int64, in MandateChange) (MandateChanged, bool, error) {
			return ChangeMandate(c.Request.Context(), c.App, key, c.By, number, in)
		})),
		web.Post("/api/coop/members/{number}/leave", web.Managers, "Ends a membership and settles it.", numbered(func(c *web.Call, key string, number int64, in LeaveBody) (Settlement, bool, error) {
			in.Leave.Note = strings.TrimSpace(in.Note)
			return LeaveCoop(c.Request.Context(), c.App, key, c.By, number, in.Leave)
		})),
		web.Post("/api/coop/members/{number}/leave/refuse", web.Managers, "Answers a member's request to leave that can't be followed now.", numbered(func(c *web.Call, key string, number int64, in ReasonBody) (LeaveAsked, bool, error) {
			return RefuseLeave(c.Request.Context(), c.App, key, c.By, number, in.Reason)
		})),
		web.Get("/api/coop/members/{number}/leaving", web.Bookkeepers, "What leaving would come to today, or came to.", func(c *web.Call) (Leaving, error) {
			number, err := c.Number("number")
			if err != nil {
				return Leaving{}, err
			}
			return LeavingOf(c.App, number)
		}).Shows(web.Opened, "leaving", whyLeaving),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/leaving.pdf", append([]act.Role{act.Member}, web.Bookkeepers...), "The final statement as a letter.", leavingPaper).Shows(web.Exported, "leaving", whyLeaving),
		web.Get("/api/coop/leavers", web.Bookkeepers, "Who asks to leave, who waits for money, who still owes.", func(c *web.Call) (Leavers, error) { return ListLeavers(c.App) }).Shows(web.Listed, "leavers", whyLeaving),
		web.Get("/api/coop/me/leaving", web.Members, "What leaving today would come to.", func(c *web.Call) (Leaving, error) { return LeavingOf(c.App, c.By.Number) }),
		web.Post("/api/coop/me/leave", web.Members, "Asks to leave.", func(c *web.Call, key string, in LeaveRequest) (LeaveAsked, bool, error) {
			return AskToLeave(c.Request.Context(), c.App, key, c.By, in)
		}).AsFresh(),
		web.Post("/api/coop/me/leave/withdraw", web.Members, "Takes the request to leave back.", func(c *web.Call, key string, _ struct{}) (LeaveAsked, bool, error) {
			return TakeLeaveBack(c.Request.Context(), c.App, key, c.By)
		}),
		web.Post("/api/coop/me/card/block", web.Members, "Kills the member's own card, which is lost, and issues the next.", func(c *web.Call, key string, _ struct{}) (Replaced, bool, error) {
			return BlockCard(c.Request.Context(), c.App, key, c.By)
		}),
		web.Post("/api/coop/me/pin", web.Members, "Sets the member's own PIN.", func(c *web.Call, key string, in SetPIN) (PINSet, bool, error) {
			return ChoosePIN(c.Request.Context(), c.App, key, c.By, in)
		}).AsFresh(),
		web.Post("/api/coop/members/{number}/invitation", web.Managers, "Makes the code of an invitation; an earlier one is void.", numbered(func(c *web.Call, key string, number int64, _ struct{}) (InvitationCode, bool, error) {
			return IssueInvitation(c.Request.Context(), c.App, key, c.By, number)
		})),
		lettersRoute(),
		web.Get("/api/coop/me/joining", web.Members, "How far the caller is on the way into the co-op, the statutes, and the terms.", func(c *web.Call) (Joining, error) {
			return readJoining(c.App, c.By.Number, c.Language())
		}),
		web.Post("/api/coop/me/joining", web.Members, "Signs the consent, and a mandate or none: the application that the board decides.", func(c *web.Call, key string, in Apply) (Applied, bool, error) {
			return ApplyForMembership(c.Request.Context(), c.App, key, c.By, c.Language(), in)
		}).AsFresh().TakesFile(),
		web.Get("/api/coop/me/mandate", web.Members, "The caller's mandate for payroll deduction, and all before it.", func(c *web.Call) (Mandates, error) {
			return readMandates(act.Read(c.App), c.By.Number, clock.Of(c.App).Today())
		}),
		web.Post("/api/coop/me/mandate", web.Members, "Signs a mandate, which takes the place of the one before.", func(c *web.Call, key string, in SignMandate) (Signed, bool, error) {
			return GiveMandate(c.Request.Context(), c.App, key, c.By, c.Language(), in)
		}).AsFresh().TakesFile(),
		web.Post("/api/coop/me/mandate/revoke", web.Members, "Revokes the mandate, at any moment and without a reason.", func(c *web.Call, key string, _ struct{}) (Withdrawn, bool, error) {
			return WithdrawMandate(c.Request.Context(), c.App, key, c.By)
		}),
		web.Raw(http.MethodGet, "/api/coop/me/papers/{paper}", web.Members, "A paper that the caller signed, as PDF.", readPaper),
		web.Raw(http.MethodGet, "/api/coop/papers/{paper}", web.Managers, "A signed paper, as PDF.", readPaper).Shows(web.Exported, viaPaper, whyMembers),
		web.Raw(http.MethodGet, "/api/coop/statutes/{hash}", append([]act.Role{act.Member}, web.Managers...), "The wording of the statutes that a consent was given to, as PDF.", showStatutes),
		web.Get("/api/coop/applications", web.Managers, "Applications, the oldest first.", func(c *web.Call) (Applications, error) {
			limit, err := c.Limit(100, 500)
			if err != nil {
				return Applications{}, err
			}
			after, err := c.Number("after")
			if err != nil {
				return Applications{}, err
			}
			return listApplications(act.Read(c.App), c.Query("state"), after, limit, clock.Of(c.App).Today())
		}).Shows(web.Listed, "applications", whyMembers),
		web.Post("/api/coop/applications/approve", web.Managers, "Approves applications, one or many.", func(c *web.Call, key string, in Approve) (Approved, bool, error) {
			return ApproveApplications(c.Request.Context(), c.App, key, c.By, c.Language(), in)
		}),
		web.Post("/api/coop/applications/{application}/refuse", web.Managers, "Refuses an application, with the reason that the applicant reads.", func(c *web.Call, key string, in RefuseApplication) (Turned, bool, error) {
			id, err := c.Number("application")
			if err != nil {
				return Turned{}, false, err
			}
			return TurnDown(c.Request.Context(), c.App, key, c.By, id, in)
		}),
		web.Get("/api/coop/members/{number}", web.Bookkeepers, "One member: the register's lines, what holds today and what held before. Pay is for managers.", readProfile).Shows(web.Opened, "profile", whyMembers),
		web.Post("/api/coop/members/{number}/kind", web.Managers, "Makes a member ordinary or extraordinary.", numbered(func(c *web.Call, key string, number int64, in ChangeKind) (KindChanged, bool, error) {
			return SetKind(c.Request.Context(), c.App, key, c.By, number, in)
		})),
		web.Post("/api/coop/employees/{employee}/facts", web.Managers, "Says what is so of an employee since a date: unit, grade, channel, pay.", func(c *web.Call, key string, in ChangeFacts) (FactsChanged, bool, error) {
			return SetFacts(c.Request.Context(), c.App, key, c.By, c.Path("employee"), in)
		}),
		web.Post("/api/coop/employees/{employee}/facts/cancel", web.Managers, "Takes back, before its day, what was announced of an employee.", func(c *web.Call, key string, in CancelFact) (FactCancelled, bool, error) {
			return TakeFactBack(c.Request.Context(), c.App, key, c.By, c.Path("employee"), in)
		}),
		web.Post("/api/coop/employees/move/cancel", web.Managers, "Takes back, before its day, that people go to a unit.", func(c *web.Call, key string, in CancelMove) (MoveCancelled, bool, error) {
			return TakeMoveBack(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Get("/api/coop/employees/units", web.Managers, "The work units, with how many people are in each (on: on a day to come), and the moves ahead.", readUnits),
		web.Post("/api/coop/employees/move", web.Managers, "Moves everybody of one unit to another.", func(c *web.Call, key string, in MoveUnit) (Moved, bool, error) {
			return MoveWholeUnit(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Get("/api/coop/me/facts", web.Members, "The caller's unit, grade and channel, with those of before.", readOwnFacts),
		upload("/api/coop/import/employees", "Imports a staff list.", ImportEmployees),
		upload("/api/coop/import/members", "Imports people who already are members.", ImportMembers),
	})
}

// numbered reads the member's number from the path.
func numbered[In, Out any](f func(c *web.Call, key string, number int64, in In) (Out, bool, error)) func(*web.Call, string, In) (Out, bool, error) {
	return func(c *web.Call, key string, in In) (out Out, replayed bool, err error) {
		number, err := c.Number("number")
		if err != nil {
			return out, false, err
		}
		return f(c, key, number, in)
	}
}

// Commands lists what the register offers at the command line.
func Commands() []command.Spec {
	return []command.Spec{importCommand("employees", ImportEmployees), importCommand("members", ImportMembers), printCommand, bankCommand}
}
