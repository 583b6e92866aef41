/** Those of each first letter without it, separated by spaces: half a kilobyte less in the bundle than as whole words. */
const BY_FIRST_LETTER =
  'aaa arp bb bbott bbvie bc ble bogado budhabi c cademy ccenture ccountant ccountants co ctor d ds dult e ' +
  'eg ero etna f fl frica g gakhan gency i ig irbus irforce irtel kdn l libaba lipay llfinanz llstate lly ' +
  'lsace lstom m mazon mericanexpress mericanfamily mex mfam mica msterdam nalytics ndroid nquan nz o ol ' +
  'partments pp pple q quarelle r rab ramco rchi rmy rpa rt rte s sda sia ssociates t thleta ttorney u ' +
  'uction udi udible udio uspost uthor uto utos w ws x xa z zure;ba aby aidu anamex and ank ar arcelona ' +
  'arclaycard arclays arefoot argains aseball asketball auhaus ayern b bc bt bva cg cn d e eats eauty eer ' +
  'erlin est estbuy et f g h harti i ible id ike ing ingo io iz j lack lackfriday lockbuster log loomberg ' +
  'lue m ms mw n npparibas o oats oehringer ofa om ond oo ook ooking osch ostik oston ot outique ox r ' +
  'radesco ridgestone roadway roker rother russels s t uild uilders usiness uy uzz v w y z zh;ca ab afe al ' +
  'all alvinklein am amera amp anon apetown apital apitalone ar aravan ards are areer areers ars asa ase ' +
  'ash asino at atering atholic ba bn bre c d enter eo ern f fa fd g h hanel hannel harity hase hat heap ' +
  'hintai hristmas hrome hurch i ipriani ircle isco itadel iti itic ity k l laims leaning lick linic ' +
  'linique lothing loud lub lubmed m n o oach odes offee ollege ologne om ommbank ommunity ompany ompare ' +
  'omputer omsec ondos onstruction onsulting ontact ontractors ooking ool oop orsica ountry oupon oupons ' +
  'ourses pa r redit reditcard reditunion ricket rown rs ruise ruises u uisinella v w x y ymru you z;dad ' +
  'ance ata ate ating atsun ay clk ds e eal ealer eals egree elivery ell eloitte elta emocrat ental entist ' +
  'esi esign ev hl iamonds iet igital irect irectory iscount iscover ish iy j k m np o ocs octor og omains ' +
  'ot ownload rive tv ubai upont urban vag vr z;earth at c co deka du ducation e g mail merck nergy ' +
  'ngineer ngineering nterprises pson quipment r ricsson rni s sq state t u urovision us vents xchange ' +
  'xpert xposed xpress xtraspace;fage ail airwinds aith amily an ans arm armers ashion ast edex eedback ' +
  'errari errero i idelity ido ilm inal inance inancial ire irestone irmdale ish ishing it itness j k ' +
  'lickr lights lir lorist lowers ly m o oo ood ootball ord orex orsale orum oundation ox r ree resenius ' +
  'rl rogans rontier tr ujitsu un und urniture utbol yi;ga al allery allo allup ame ames ap arden ay b biz ' +
  'd dn e ea ent enting eorge f g gee h i ift ifts ives iving l lass le lobal lobo m mail mbh mo mx n ' +
  'odaddy old oldpoint olf oo oodyear oog oogle op ot ov p q r rainger raphics ratis reen ripe rocery roup ' +
  's t u ucci uge uide uitars uru w y;hair amburg angout aus bo dfc dfcbank ealth ealthcare elp elsinki ' +
  'ere ermes iphop isamitsu itachi iv k kt m n ockey oldings oliday omedepot omegoods omes omesense onda ' +
  'orse ospital ost osting ot otels otmail ouse ow r sbc t u ughes yatt yundai;ibm cbc ce cu d e eee fm ' +
  'kano l m mamat mdb mmo mmobilien n nc ndustries nfiniti nfo ng nk nstitute nsurance nsure nt ' +
  'nternational ntuit nvestments o piranga q r rish s smaili st stanbul t tau tv;jaguar ava cb e eep etzt ' +
  'ewelry io ll m mp nj o obs oburg ot oy p pmorgan prs uegos uniper;kaufen ddi e erryhotels ' +
  'erryproperties fh g h i ia ids im indle itchen iwi m n oeln omatsu osher p pmg pn r rd red uokgroup w y ' +
  'yoto z;la acaixa amborghini amer and androver anxess asalle at atino atrobe aw awyer b c ds ease eclerc ' +
  'efrak egal ego exus gbt i idl ife ifeinsurance ifestyle ighting ike illy imited imo incoln ink ive ' +
  'iving k lc lp oan oans ocker ocus ol ondon otte otto ove pl plfinancial r s t td tda u undbeck uxe ' +
  'uxury v y;ma adrid aif aison akeup an anagement ango ap arket arketing arkets arriott arshalls attel ba ' +
  'c ckinsey d e ed edia eet elbourne eme emorial en enu erckmsd g h iami icrosoft il ini int it itsubishi ' +
  'k l lb ls m ma n o obi obile oda oe oi om onash oney onster ormon ortgage oscow oto otorcycles ov ovie ' +
  'p q r s sd t tn tr u useum usic v w x y z;na ab agoya ame avy ba c e ec et etbank etflix etwork eustar ' +
  'ew ews ext extdirect exus f fl g go hk i ico ike ikon inja issan issay l o okia orton ow owruz owtv p r ' +
  'ra rw tt u yc z;obi bserver ffice kinawa layan layangroup llo m mega ne ng nl nline oo pen racle range ' +
  'rg rganic rigins saka tsuka tt vh;pa age anasonic aris ars artners arts arty ay ccw e et f fizer g h ' +
  'harmacy hd hilips hone hoto hotography hotos hysio ics ictet ictures id in ing ink ioneer izza k l lace ' +
  'lay laystation lumbing lus m n nc ohl oker olitie orn ost r raxi ress rime ro rod roductions rof ' +
  'rogressive romo roperties roperty rotection ru rudential s t ub w wc y;qa pon uebec uest;racing adio e ' +
  'ead ealestate ealtor ealty ecipes ed edumbrella ehab eise eisen eit eliance en ent entals epair eport ' +
  'epublican est estaurant eview eviews exroth ich ichardli icoh il io ip o ocks odeo ogers oom s svp u ' +
  'ugby uhr un w we yukyu;sa aarland afe afety akura ale alon amsclub amsung andvik andvikcoromant anofi ' +
  'ap arl as ave axo b bi bs c cb chaeffler chmidt cholarships chool chule chwarz cience cot d e earch eat ' +
  'ecure ecurity eek elect ener ervices even ew ex exy fr g h hangrila harp hell hia hiksha hoes hop ' +
  'hopping houji how i ilk ina ingles ite j k ki kin ky kype l ling m mart mile n ncf o occer ocial ' +
  'oftbank oftware ohu olar olutions ong ony oy pa pace port pot r rl s t tada taples tar tatebank ' +
  'tatefarm tc tcgroup tockholm torage tore tream tudio tudy tyle u ucks upplies upply upport urf urgery ' +
  'uzuki v watch wiss x y ydney ystems z;tab aipei alk aobao arget atamotors atar attoo ax axi c ci d dk ' +
  'eam ech echnology el emasek ennis eva f g h hd heater heatre iaa ickets ienda ips ires irol j jmaxx jx ' +
  'k kmaxx l m mall n o oday okyo ools op oray oshiba otal ours own oyota oys r rade rading raining ravel ' +
  'ravelers ravelersinsurance rust rv t ube ui unes ushu v vs w z;ua bank bs g k nicom niversity no ol ps ' +
  's y z;va acations ana anguard c e egas entures erisign ersicherung et g i iajes ideo ig iking illas in ' +
  'ip irgin isa ision iva ivo laanderen n odka olvo ote oting oto oyage u;wales almart alter ang anggou ' +
  'atch atches eather eatherchannel ebcam eber ebsite ed edding eibo eir f hoswho ien iki illiamhill in ' +
  'indows ine inners me olterskluwer oodside ork orks orld ow s tc tf;xbox erox ihuan in xx yz;yachts ahoo ' +
  'amaxun andex e odobashi oga okohama ou outube t un;za appos ara ero ip m one uerich w';

/**
 * The top-level domains of IANA in Latin letters (npm package tlds 1.261.0, which a test compares with). A last label
 * in other letters is taken for a domain without being looked up: such names have no other meaning in a mail.
 */
export const TOP_LEVEL_DOMAINS = BY_FIRST_LETTER.split(';').flatMap((letter) =>
  letter
    .slice(1)
    .split(' ')
    .map((rest) => letter.charAt(0) + rest),
);
